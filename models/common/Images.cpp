// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Images.h"

#include <charconv>

#include <png.h>

#include "models/common/Files.h"

using namespace weft;
using namespace weft::models;

/// More is no image to train on, and would be allocated before it is read.
static constexpr int64_t mostPixels = int64_t(1) << 26;

static Status refuse(const std::string &path, const std::string &what) {
  return Status(ErrorCode::File, path + ": " + what);
}

static Status checkSize(int64_t width, int64_t height, const std::string &path) {
  if (width < 1 || height < 1 || width > mostPixels / height)
    return refuse(path, "expects at most 2^26 pixels, got " + std::to_string(width) + " x " +
                            std::to_string(height));
  return {};
}

static Result<Image> parsePng(std::string_view bytes, const std::string &path) {
  png_image png = {};
  png.version = PNG_IMAGE_VERSION;
  auto fail = [&] {
    Status status = refuse(path, std::string("cannot be read as a PNG: ") + png.message);
    png_image_free(&png);
    return status;
  };
  if (!png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()))
    return fail();
  if (Status status = checkSize(png.width, png.height, path); !status) {
    png_image_free(&png);
    return status;
  }
  png.format = PNG_FORMAT_RGB;
  Image image{png.width, png.height, std::string(PNG_IMAGE_SIZE(png), '\0')};
  png_color black = {0, 0, 0}; // behind what is transparent
  if (!png_image_finish_read(&png, &black, image.bytes.data(), 0, nullptr))
    return fail();
  return image;
}

/// The next number of a PPM's header, behind white space and comments; -1 where there is none.
static int64_t takeNumber(std::string_view &text) {
  while (!text.empty()) {
    if (text.front() == '#')
      text.remove_prefix(std::min(text.find('\n'), text.size()));
    else if (std::string_view(" \t\r\n\v\f").find(text.front()) != std::string_view::npos)
      text.remove_prefix(1);
    else
      break;
  }
  int64_t number = -1;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc())
    return -1;
  text.remove_prefix(size_t(end - text.data()));
  return number;
}

static Result<Image> parsePpm(std::string_view bytes, const std::string &path) {
  bytes.remove_prefix(2);
  int64_t width = takeNumber(bytes), height = takeNumber(bytes), most = takeNumber(bytes);
  if (most != 255 || bytes.empty())
    return refuse(path, "expects the header of a PPM: P6, width, height and 255");
  if (Status status = checkSize(width, height, path); !status)
    return status;
  bytes.remove_prefix(1);
  size_t size = size_t(3 * width * height);
  if (bytes.size() != size)
    return refuse(path, "expects " + std::to_string(size) + " bytes of pixels, got " +
                            std::to_string(bytes.size()));
  return Image{width, height, std::string(bytes)};
}

Result<Image> models::parseImage(std::string_view bytes, const std::string &path) {
  if (bytes.starts_with("\x89PNG"))
    return parsePng(bytes, path);
  if (bytes.starts_with("P6"))
    return parsePpm(bytes, path);
  return refuse(path, "expects a PNG or a binary PPM (P6)");
}

Result<std::string> models::encodePng(const Image &image) {
  png_image png = {};
  png.version = PNG_IMAGE_VERSION;
  png.width = png_uint_32(image.width);
  png.height = png_uint_32(image.height);
  png.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  auto fail = [&] {
    Status status(ErrorCode::Resource, std::string("cannot write a PNG: ") + png.message);
    png_image_free(&png);
    return status;
  };
  if (!png_image_write_get_memory_size(png, size, 0, image.bytes.data(), 0, nullptr))
    return fail();
  std::string bytes(size, '\0');
  if (!png_image_write_to_memory(&png, bytes.data(), &size, 0, image.bytes.data(), 0, nullptr))
    return fail();
  bytes.resize(size);
  return bytes;
}

namespace {
/// Images of one size, one behind the other.
struct Images {
  int64_t width = 0, height = 0, count = 0;
  std::string first; ///< path
  std::string bytes;

  int64_t record() const { return 3 * width * height; }

  Status add(const std::string &path) {
    Result<std::string> file = readText(path);
    if (!file)
      return file.status();
    Result<Image> image = parseImage(*file, path);
    if (!image)
      return image.status();
    if (count == 0)
      width = image->width, height = image->height, first = path;
    if (image->width != width || image->height != height)
      return refuse(path, "expects the size of " + first + ", " + std::to_string(width) + " x " +
                              std::to_string(height) + " pixels, got " +
                              std::to_string(image->width) + " x " + std::to_string(image->height));
    bytes += image->bytes;
    ++count;
    return {};
  }

  Status addFolder(const std::string &path) {
    Result<std::vector<std::string>> files = listFiles(path, {".png", ".ppm"});
    if (!files)
      return files.status();
    for (const std::string &file : *files)
      if (Status status = add(file); !status)
        return status;
    return {};
  }
};
} // namespace

static std::vector<int32_t> toIds(std::string_view bytes) {
  std::vector<int32_t> ids;
  ids.reserve(bytes.size());
  for (char byte : bytes)
    ids.push_back(uint8_t(byte));
  return ids;
}

Result<Corpus> models::readImages(const std::string &path, const std::string &valid) {
  Images images;
  Corpus corpus;
  // The parts are read one after another, so that an image of another size is told wherever it is.
  auto read = [&](const std::string &folder, std::vector<int32_t> &ids) -> Status {
    size_t begin = images.bytes.size();
    if (Status status = images.addFolder(folder); !status)
      return status;
    ids = toIds(std::string_view(images.bytes).substr(begin));
    return {};
  };
  bool hasParts = isFolder(path + "/train");
  std::string held = !valid.empty() ? valid : hasParts ? path + "/valid" : "";
  if (Status status = read(hasParts ? path + "/train" : path, corpus.train.ids); !status)
    return status;
  if (!held.empty()) {
    if (Status status = read(held, corpus.valid.ids); !status)
      return status;
  } else {
    if (images.count < 2)
      return refuse(path, "expects at least two images, of which one is held out, got one");
    int64_t kept = images.count - std::max<int64_t>(images.count / 20, 1);
    auto split = corpus.train.ids.begin() + kept * images.record();
    corpus.valid.ids.assign(split, corpus.train.ids.end());
    corpus.train.ids.erase(split, corpus.train.ids.end());
  }
  if (hasParts && isFolder(path + "/test"))
    if (Status status = read(path + "/test", corpus.test.ids); !status)
      return status;
  corpus.record = images.record();
  corpus.fingerprint = fingerprint(fingerprint(startOfFingerprint, images.bytes),
                                   std::to_string(corpus.train.ids.size()));
  return corpus;
}

Result<std::vector<int32_t>> models::readImageIds(const std::string &path, int64_t bytes) {
  Images images;
  if (Status status = isFolder(path) ? images.addFolder(path) : images.add(path); !status)
    return status;
  if (images.record() != bytes)
    return refuse(images.first, "expects images of " + std::to_string(bytes) +
                                    " bytes, which the model reads, got " +
                                    std::to_string(images.width) + " x " +
                                    std::to_string(images.height) + " pixels of 3");
  return toIds(images.bytes);
}
