// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Images as token ids: every byte is a token, row by row, the three channels of a pixel together
// (Child et al. 2019, section 7.2). All images of a corpus are of one size: a model reads each as a
// block of its own.
//
// A corpus is a folder of PNG or PPM files, in the order of their names; its last twentieth is held
// out unless another folder is. Or a folder with the folders train, valid and perhaps test.
#ifndef MODELS_COMMON_IMAGES_H
#define MODELS_COMMON_IMAGES_H

#include "models/common/Data.h"

namespace weft::models {

struct Image {
  int64_t width = 0, height = 0;
  std::string bytes; ///< 3 width height
};

/// A PNG of any kind, as 8 bits of red, green and blue, or a binary PPM (P6) of at most 255; fails
/// with File. `path` is how messages call it.
Result<Image> parseImage(std::string_view bytes, const std::string &path);
/// As PNG.
Result<std::string> encodePng(const Image &image);

/// Reads `path` as above. `valid` names another held-out folder, or is empty.
Result<Corpus> readImages(const std::string &path, const std::string &valid);
/// The images of one folder, or one image, as they follow each other; all of them have `bytes`
/// bytes.
Result<std::vector<int32_t>> readImageIds(const std::string &path, int64_t bytes);

} // namespace weft::models

#endif
