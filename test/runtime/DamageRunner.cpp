// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-damage [--full] [FILE.weft]: flips every bit, one at a time, of a small artifact,
// safetensors file and checkpoint, and cuts them at every length. Each damaged file must be refused
// as a damaged file, or be read as what it was. No code of an artifact runs. Of FILE every 61st
// flip and cut, with --full every one.
//
// Safetensors has no checksum: a flip in its data is another number. There a file that is read must
// be written and read again as itself.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>

#include "test/runtime/TestModels.h"
#include "weft/Checkpoint.h"
#include "weft/Safetensors.h"

using namespace weft;
using namespace weft::test;

namespace {

enum class Outcome { Refused, Same, Wrong };
using Bytes = std::vector<std::byte>;
using Read = std::function<Outcome(const Bytes &)>;

struct Counts {
  size_t refused = 0, same = 0, wrong = 0;
};
Counts total;

Outcome judge(const Status &status) {
  return status.code() == ErrorCode::File && !status.message().empty() ? Outcome::Refused
                                                                       : Outcome::Wrong;
}

void damage(const std::string &what, Bytes bytes, size_t stride, const Read &read) {
  Counts counts;
  auto count = [&](const char *kind, size_t at, Outcome outcome) {
    ++(outcome == Outcome::Refused ? counts.refused
       : outcome == Outcome::Same  ? counts.same
                                   : counts.wrong);
    if (outcome == Outcome::Wrong && counts.wrong <= 5)
      std::printf("%s: %s %zu is neither refused nor harmless\n", what.c_str(), kind, at);
  };
  if (read(bytes) != Outcome::Same)
    count("the whole file, bit", 0, Outcome::Wrong);
  for (size_t bit = 0; bit < 8 * bytes.size(); bit += stride) {
    bytes[bit / 8] ^= std::byte(1 << bit % 8);
    count("a flip of bit", bit, read(bytes));
    bytes[bit / 8] ^= std::byte(1 << bit % 8);
  }
  for (size_t length = 0; length < bytes.size(); length += stride)
    count("a cut at byte", length, read(Bytes(bytes.begin(), bytes.begin() + long(length))));
  std::printf("%s of %zu bytes: %zu refused, %zu harmless, %zu wrong\n", what.c_str(), bytes.size(),
              counts.refused, counts.same, counts.wrong);
  total.refused += counts.refused;
  total.same += counts.same;
  total.wrong += counts.wrong;
}

void damageArtifact(const std::string &what, const Bytes &bytes, size_t stride) {
  damage(what, bytes, stride, [&bytes](const Bytes &damaged) {
    Result<Artifact> artifact = Artifact::parse(damaged, "damaged.weft");
    if (!artifact)
      return judge(artifact.status());
    return damaged == bytes ? Outcome::Same : Outcome::Wrong;
  });
}

bool isEqual(const TensorMap &a, const TensorMap &b) {
  if (a.size() != b.size())
    return false;
  for (const auto &[name, tensor] : a) {
    auto found = b.find(name);
    if (found == b.end() || found->second.dtype() != tensor.dtype() ||
        found->second.shape() != tensor.shape() ||
        (tensor.byteCount() != 0 &&
         std::memcmp(tensor.data(), found->second.data(), size_t(tensor.byteCount())) != 0))
      return false;
  }
  return true;
}

TensorMap makeTensors() {
  Tensor flags = take(Tensor::zeros(DType::I1, {3}));
  return {{"W", floats({2, 2}, {1, 2, 3, 4})}, {"flags", flags}, {"empty", floats({0, 4}, {})}};
}

void damageSafetensors() {
  damage("safetensors", take(formatSafetensors(makeTensors(), {{"format", "pt"}})), 1,
         [](const Bytes &damaged) {
           Result<Safetensors> file = parseSafetensors(damaged, "damaged.safetensors");
           if (!file)
             return judge(file.status());
           Result<Bytes> written = formatSafetensors(file->tensors, file->metadata);
           Result<Safetensors> again = written ? parseSafetensors(*written, "again")
                                               : Result<Safetensors>(written.status());
           bool isSound =
               again && isEqual(file->tensors, again->tensors) && file->metadata == again->metadata;
           return isSound ? Outcome::Same : Outcome::Wrong;
         });
}

Bytes readBytes(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  const auto *begin = reinterpret_cast<const std::byte *>(text.data());
  return {begin, begin + text.size()};
}

void writeBytes(const std::string &path, const Bytes &bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char *>(bytes.data()), long(bytes.size()));
}

void damageCheckpoint() {
  TemporaryFolder folder;
  Checkpoint saved;
  saved.model.params = makeTensors();
  saved.model.optimizer = {{"W.sum", floats({2, 2}, {5, 6, 7, 8})}};
  saved.run = {7, 11, {{"position", 64}, {"wraps", 1}}, {{"width", "4"}, {"lr", "0.1"}}};
  if (Status status = saveCheckpoint(folder.path(), saved); !status)
    throw std::runtime_error(status.message());
  auto isSame = [&](const Checkpoint &read) {
    return isEqual(read.model.params, saved.model.params) &&
           isEqual(read.model.optimizer, saved.model.optimizer) &&
           isEqual(read.model.states, saved.model.states) && read.run.step == saved.run.step &&
           read.run.seed == saved.run.seed && read.run.loader == saved.run.loader &&
           read.run.config == saved.run.config;
  };
  for (const char *name : {"step-7/params.safetensors", "step-7/optimizer.safetensors",
                           "step-7/states.safetensors", "step-7/run.json", "LATEST"}) {
    Bytes bytes = readBytes(folder / name);
    damage(std::string("checkpoint, ") + name, bytes, 1, [&](const Bytes &damaged) {
      writeBytes(folder / name, damaged);
      Result<FoundCheckpoint> found = loadLatestCheckpoint(folder.path());
      if (!found)
        return judge(found.status());
      return isSame(found->checkpoint) ? Outcome::Same : Outcome::Wrong;
    });
    writeBytes(folder / name, bytes);
  }
}

} // namespace

int main(int argc, char **argv) {
  size_t stride = 61;
  std::string path;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--full")
      stride = 1;
    else if (path.empty() && !argument.starts_with("-"))
      path = argument;
    else {
      std::fprintf(stderr, "weft-damage: unknown option '%s'; known: --full, FILE.weft\n", argv[i]);
      return 2;
    }
  }
  ArtifactBuilder builder = makeBounded();
  builder.code = "no code";
  builder.addConstant({1, 2, 3, 4});
  builder.graph = "module {}";
  damageArtifact("artifact", builder.build(), 1);
  ArtifactBuilder gpu = makeGpuModel();
  gpu.code = "no code";
  damageArtifact("artifact for a GPU", gpu.build(), 1);
  ArtifactBuilder both = makeModelOfTwoTargets();
  both.code = "no code";
  damageArtifact("artifact for two targets", both.build(), 3);
  if (!path.empty())
    damageArtifact(path, readBytes(path), stride);
  damageSafetensors();
  damageCheckpoint();
  std::printf("%zu passed, %zu failed\n", total.refused + total.same, total.wrong);
  return total.wrong != 0;
}
