// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sound as token ids: every sample is one of 256 steps of the mu-law,
//
//   round((1 + sign(x) ln(1 + 255 |x|) / ln 256) / 2 * 255),   x in [-1, 1]
//
// in which steps are finer where it is quiet (van den Oord et al. 2016; Child et al. 2019, section
// 7.4). A corpus is one WAV file, or a folder of them in the order of their names, one behind the
// other; its last twentieth is held out unless another is. The sample rate is the file's: nothing
// is resampled, and all files of a corpus have one.
#ifndef MODELS_COMMON_SOUNDS_H
#define MODELS_COMMON_SOUNDS_H

#include "models/common/Data.h"

namespace weft::models {

struct Sound {
  int64_t rate = 0;  ///< samples a second
  std::string steps; ///< of the mu-law
};

/// The step of a sample in [-1, 1], and its middle.
uint8_t toStep(double sample);
double fromStep(uint8_t step);

/// A RIFF WAVE file of 8 or 16 bits PCM; channels are averaged. Fails with File. `path` is how
/// messages call it.
Result<Sound> parseWav(std::string_view bytes, const std::string &path);
/// As a WAV file of 16 bits and one channel.
std::string encodeWav(const Sound &sound);

/// Reads `path` as above. `valid` names another held-out file or folder, or is empty.
Result<Corpus> readSounds(const std::string &path, const std::string &valid);
/// The samples of one file or folder.
Result<std::vector<int32_t>> readSoundIds(const std::string &path);

} // namespace weft::models

#endif
