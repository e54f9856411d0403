// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Sounds.h"

#include <algorithm>
#include <cmath>

#include "models/common/Files.h"

using namespace weft;
using namespace weft::models;

uint8_t models::toStep(double sample) {
  double x = std::clamp(sample, -1.0, 1.0);
  double law = std::copysign(std::log1p(255 * std::abs(x)) / std::log(256.0), x);
  return uint8_t(std::lround((1 + law) / 2 * 255));
}

double models::fromStep(uint8_t step) {
  double law = step / 255.0 * 2 - 1;
  return std::copysign(std::expm1(std::abs(law) * std::log(256.0)) / 255, law);
}

namespace {
/// Little-endian numbers of a file; a read past its end gives 0 and is remembered.
class Bytes {
public:
  explicit Bytes(std::string_view bytes) : rest(bytes) {}

  uint32_t take(size_t count) {
    uint32_t value = 0;
    std::string_view taken = takeText(count);
    for (size_t i = 0; i < taken.size(); ++i)
      value |= uint32_t(uint8_t(taken[i])) << (8 * i);
    return value;
  }
  std::string_view takeText(size_t count) {
    isShort |= count > rest.size();
    std::string_view taken = rest.substr(0, count);
    rest.remove_prefix(taken.size());
    return taken;
  }
  bool isEmpty() const { return rest.empty(); }
  bool isCut() const { return isShort; }

private:
  std::string_view rest;
  bool isShort = false;
};

struct Format {
  uint32_t kind = 0, channels = 0, rate = 0, bits = 0;
};
} // namespace

static Status refuse(const std::string &path, const std::string &what) {
  return Status(ErrorCode::File, path + ": " + what);
}

static std::string toSteps(std::string_view data, const Format &format) {
  size_t width = format.bits / 8, frame = width * format.channels;
  std::string steps;
  steps.reserve(data.size() / frame);
  for (size_t at = 0; at + frame <= data.size(); at += frame) {
    double sum = 0;
    for (size_t channel = 0; channel < format.channels; ++channel) {
      uint32_t raw = Bytes(data.substr(at + channel * width, width)).take(width);
      sum += width == 1 ? (double(raw) - 128) / 128 : double(int16_t(raw)) / 32768;
    }
    steps.push_back(char(toStep(sum / format.channels)));
  }
  return steps;
}

Result<Sound> models::parseWav(std::string_view bytes, const std::string &path) {
  Bytes file(bytes);
  std::string_view riff = file.takeText(4);
  file.take(4); // sizes of files that were streamed are wrong
  if (riff != "RIFF" || file.takeText(4) != "WAVE")
    return refuse(path, "expects a WAV file, which begins with RIFF and WAVE");
  Format format;
  while (!file.isEmpty()) {
    std::string_view name = file.takeText(4);
    uint32_t size = file.take(4);
    std::string_view chunk = file.takeText(size);
    if (name == "fmt ") {
      Bytes fields(chunk);
      format.kind = fields.take(2), format.channels = fields.take(2), format.rate = fields.take(4);
      fields.takeText(6);
      format.bits = fields.take(2);
      if (fields.isCut() || format.kind != 1 || format.channels == 0 || format.rate == 0 ||
          (format.bits != 8 && format.bits != 16))
        return refuse(path, "expects PCM of 8 or 16 bits, got format " +
                                std::to_string(format.kind) + " of " + std::to_string(format.bits) +
                                " bits in " + std::to_string(format.channels) + " channels");
    }
    if (name == "data") {
      if (format.kind == 0)
        return refuse(path, "expects the chunk `fmt ` before the data, got none");
      Sound sound{format.rate, toSteps(chunk, format)};
      if (sound.steps.empty())
        return refuse(path, "expects samples, got none");
      return sound;
    }
    file.takeText(size % 2); // chunks begin at even places
  }
  return refuse(path, "expects a chunk `data`, got none");
}

std::string models::encodeWav(const Sound &sound) {
  std::string file;
  auto put = [&](uint64_t value, size_t count) {
    for (size_t i = 0; i < count; ++i)
      file.push_back(char(value >> (8 * i) & 255));
  };
  uint64_t size = 2 * sound.steps.size(), rate = uint64_t(sound.rate);
  file += "RIFF";
  put(36 + size, 4);
  file += "WAVEfmt ";
  put(16, 4), put(1, 2), put(1, 2), put(rate, 4), put(2 * rate, 4), put(2, 2), put(16, 2);
  file += "data";
  put(size, 4);
  for (char step : sound.steps)
    put(uint16_t(int16_t(std::lround(fromStep(uint8_t(step)) * 32767))), 2);
  return file;
}

/// The sound of a file, or those of a folder.
static Result<Sound> readPart(const std::string &path, std::vector<TextFile> &facts) {
  std::vector<std::string> paths = {path};
  if (isFolder(path)) {
    Result<std::vector<std::string>> files = listFiles(path, {".wav"});
    if (!files)
      return files.status();
    paths = *std::move(files);
  }
  Sound all;
  for (const std::string &file : paths) {
    Result<std::string> bytes = readText(file, &facts.emplace_back());
    if (!bytes)
      return bytes.status();
    Result<Sound> sound = parseWav(*bytes, file);
    if (!sound)
      return sound.status();
    if (all.rate != 0 && sound->rate != all.rate)
      return refuse(file, "expects " + std::to_string(all.rate) + " samples a second, as " +
                              paths.front() + ", got " + std::to_string(sound->rate));
    all.rate = sound->rate;
    all.steps += sound->steps;
  }
  return all;
}

static std::vector<int32_t> toIds(std::string_view steps) {
  std::vector<int32_t> ids;
  for (char step : steps)
    ids.push_back(uint8_t(step));
  return ids;
}

Result<Corpus> models::readSounds(const std::string &path, const std::string &valid) {
  Corpus corpus;
  Result<Sound> train = readPart(path, corpus.files);
  if (!train)
    return train.status();
  std::string held;
  if (valid.empty()) {
    size_t kept = train->steps.size() - train->steps.size() / 20;
    held = train->steps.substr(kept);
    train->steps.resize(kept);
  } else {
    Result<Sound> part = readPart(valid, corpus.files);
    if (!part)
      return part.status();
    if (part->rate != train->rate)
      return refuse(valid, "expects " + std::to_string(train->rate) + " samples a second, as " +
                               path + ", got " + std::to_string(part->rate));
    held = std::move(part->steps);
  }
  corpus.train.ids = toIds(train->steps);
  corpus.valid.ids = toIds(held);
  corpus.fingerprint = fingerprint(fingerprint(startOfFingerprint, train->steps), held);
  return corpus;
}

Result<std::vector<int32_t>> models::readSoundIds(const std::string &path) {
  std::vector<TextFile> facts;
  Result<Sound> sound = readPart(path, facts);
  if (!sound)
    return sound.status();
  return toIds(sound->steps);
}
