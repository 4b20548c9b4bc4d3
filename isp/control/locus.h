/* White points: chromaticity and temperature with tint, over the Planckian locus. */
#ifndef FL_LOCUS_H
#define FL_LOCUS_H

/* CIE 1931 xy of light of a temperature (1000..50000 K, clamped) and tint: 3000 times the distance
 * from the Planckian locus in CIE 1960 uv. Positive is greener light, which a white balance answers
 * with magenta. */
void fl_locus_xy(double kelvin, double tint, double xy[2]);

/* The nearest point of the locus, and the distance as tint. Any finite xy gives finite results. */
void fl_locus_temperature(const double xy[2], double *kelvin, double *tint);

#endif
