// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Coefficients of the tile.math functions, lowest power first: weighted least squares at Chebyshev
// nodes with Lawson reweighting in 60 digits. The error of each against the function it stands for
// is given; math-test.cpp measures what is left after rounding.
#ifndef COMPILER_LOWER_TILETOMACHINE_MATHTABLE_H
#define COMPILER_LOWER_TILETOMACHINE_MATHTABLE_H

#include <cstdint>
#include <span>

namespace weft::compiler::table {

/// 2^x on [-1/2, 1/2]: 1.8e-9 and 4.1e-20.
inline constexpr double exp2F32[] = {
    0.99999999992071364,   0.69314720670486241,   0.24022651493091041,   0.055503272234527716,
    0.0096179957961585998, 0.0013400429202389615, 0.00015477679479503737};
inline constexpr double exp2F64[] = {1,
                                     0.69314718055994529,
                                     0.24022650695910072,
                                     0.055504108664821701,
                                     0.009618129107628496,
                                     0.0013333558146390409,
                                     0.00015403530393340393,
                                     1.5252733856242131e-05,
                                     1.3215486833310015e-06,
                                     1.0178051213575523e-07,
                                     7.0548882149674958e-09,
                                     4.4566723330466279e-10,
                                     2.5741815171979997e-11};

/// (e^x - 1 - x) / x^2 on [-ln2/2, ln2/2]: 3.1e-9 and 5.4e-20 of the result.
inline constexpr double expF32[] = {0.50000000947641421, 0.16666519048437878, 0.041666205447051075,
                                    0.008368865989925197, 0.0013950537031255901};
inline constexpr double expF64[] = {0.5,
                                    0.16666666666666685,
                                    0.041666666666666727,
                                    0.0083333333333167649,
                                    0.0013888888888858556,
                                    0.00019841269896997093,
                                    2.4801587373596696e-05,
                                    2.7557234296570523e-06,
                                    2.7557233456928557e-07,
                                    2.5112219457672972e-08,
                                    2.0926915671042184e-09};

/// (ln(1 + f) - f) / f^2 on [sqrt(1/2) - 1, sqrt(2) - 1]: 7.2e-10 of f.
inline constexpr double logF32[] = {-0.50000000003192901, 0.33333310538876504,  -0.2499998600436564,
                                    0.20002221368415574,  -0.16669276505604563, 0.14218766638810185,
                                    -0.12383967830949312, 0.11871869798492284,  -0.1179162297044508,
                                    0.069199158354664739};
/// R with ln(1 + f) = f - (f^2/2 - s (f^2/2 + s^2 R(s^2))), s = f / (2 + f): FreeBSD e_log.c.
inline constexpr double logF64[] = {6.666666666666735130e-01, 3.999999999940941908e-01,
                                    2.857142874366239149e-01, 2.222219843214978396e-01,
                                    1.818357216161805012e-01, 1.531383769920937332e-01,
                                    1.479819860511658591e-01};

/// (tanh(x) / x - 1) / z, z = x^2 on [0, 0.39]: 1.5e-10 and 1.3e-20.
inline constexpr double tanhF32[] = {-0.33333330926140059,   0.13333210591693828,
                                     -0.053947315055781785,  0.021703605945375626,
                                     -0.0081843304771147922, 0.0021491218009293692};
inline constexpr double tanhF64[] = {
    -0.33333333333333331,   0.13333333333333167,     -0.053968253968134788,
    0.021869488531848818,   -0.0088632354379813965,  0.0035921267731072798,
    -0.0014558226199057629, 0.00058995095056144878,  -0.00023877703773624454,
    9.5766154483148839e-05, -3.6649082984860866e-05, 1.1816001162477531e-05,
    -2.2803727028243398e-06};

/// erf(x) / x, z = x^2 on [0, 1]: 1.2e-9 and 2.1e-21.
inline constexpr double erfF32[] = {
    1.1283791659119538,    -0.37612627124256759,    0.11283600049259379,   -0.026854439469046469,
    0.0051895259920146405, -0.00080207603247096839, 7.8888578134927363e-05};
inline constexpr double erfF64[] = {
    1.1283791670955126,      -0.37612638903183754,    0.11283791670955121,
    -0.026866170645129868,   0.0052239776254235952,   -0.0008548327021955023,
    0.00012055332903770059,  -1.4925647593285537e-05, 1.6462045956871346e-06,
    -1.6364649233294911e-07, 1.4792466755521053e-08,  -1.2164951675309185e-09,
    8.7104074175121052e-11,  -4.2330418479900611e-12};

/// ln(1 - erf(x)) in x - 1 on [1, 4]: 2.1e-11 of the result; in x - 2 on [1, 6]: 5.2e-21 of the
/// result.
inline constexpr double erfcF32[] = {
    -1.8496055100665996,  -2.638967514394043,     -0.84310708250856736,   -0.041563480005444582,
    0.010046454667857231, -0.0020119731409021695, 0.00028953341827430378, -2.168818824262674e-05};
inline constexpr double erfcF64[] = {
    -5.3649412646166379,     -4.4181608059944146,     -0.92375084182377754,
    -0.016465118136930652,   0.0035707563454857086,   -0.00073239938579885825,
    0.00013530933961529432,  -2.0706429070284271e-05, 1.9521783625966358e-06,
    2.0362839829681648e-07,  -1.731789236139275e-07,  5.7820748267322478e-08,
    -1.3977376663161956e-08, 2.5200576027747316e-09,  -2.562399991114451e-10,
    -3.6270616119092697e-11, 2.9876192061178676e-11,  -1.0280390380107353e-11,
    2.4031971819722707e-12,  -3.7037422716205502e-13, 3.1897009296911244e-14,
    -1.0236833380193319e-15};

/// (sin(x) / x - 1) / z and (cos(x) - 1 + z / 2) / z^2, z = x^2, x in [-pi/4, pi/4]: of the result
/// 3.8e-9 and 3.7e-18, 1.2e-10 and 5.6e-20.
inline constexpr double sinF32[] = {-0.16666654572665746, 0.00833215838793338,
                                    -0.00019514955294247288};
inline constexpr double sinF64[] = {-0.1666666666666663,     0.00833333333332205,
                                    -0.0001984126982953558,  2.7557313602452173e-06,
                                    -2.5050744753223097e-08, 1.589605275269812e-10};
inline constexpr double cosF32[] = {0.041666645617779816, -0.0013887313021164719,
                                    2.4432780992046797e-05};
inline constexpr double cosF64[] = {0.041666666666666595,   -0.001388888888887297,
                                    2.4801587288796247e-05, -2.755731416300501e-07,
                                    2.0875698589032973e-09, -1.1358417848342528e-11};

/// pi/2 as a sum of three, and 2/pi. Angles beyond the limit give NaN: up to there n * pi/2 is
/// exact in this form (Cody and Waite 1980, with fused products).
inline constexpr double halfPi[] = {1.5707963267948966, 6.123233995736766e-17,
                                    -1.4973849048591698e-33};
inline constexpr double inverseHalfPi = 0.6366197723675814;
inline constexpr double angleLimit = 0x1p30;

/// What differs between f32 and f64.
struct Format {
  int mantissa;
  int64_t bias;
  /// 1.5 * 2^mantissa: adding it rounds to an integer in the low bits.
  double magic;
  /// ln 2 = high + low; n * high is exact for every exponent n.
  double ln2High, ln2Low;
  /// log2 e = high + low, high rounded to the format.
  double log2eHigh, log2eLow;
  /// Results of exp and exp2 below / from here are zero / infinite.
  double expLow, expHigh, exp2Low, exp2High;
  /// erf is 1 from here on, and the centre of erfc's polynomial.
  double erfOne, erfcCentre;
  std::span<const double> exp2, exp, tanh, erf, erfc, sin, cos;
};

inline constexpr Format f32 = {23,
                               127,
                               12582912.0,
                               0.693359375,
                               -2.12194440054690581e-4,
                               1.44269502162933349609375,
                               1.92596299112661746887e-8,
                               -87.33654,
                               88.72284,
                               -126.0,
                               128.0,
                               4.0,
                               1.0,
                               exp2F32,
                               expF32,
                               tanhF32,
                               erfF32,
                               erfcF32,
                               sinF32,
                               cosF32};
inline constexpr Format f64 = {52,
                               1023,
                               6755399441055744.0,
                               6.93147180369123816490e-01,
                               1.90821492927058770002e-10,
                               1.4426950408889633870,
                               2.0355273740931033e-17,
                               -708.3964185322641,
                               709.782712893384,
                               -1022.0,
                               1024.0,
                               6.0,
                               2.0,
                               exp2F64,
                               expF64,
                               tanhF64,
                               erfF64,
                               erfcF64,
                               sinF64,
                               cosF64};

} // namespace weft::compiler::table

#endif
