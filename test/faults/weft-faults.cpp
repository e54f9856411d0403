// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The checkpoint routines as a program, for test/faults:
//
//   weft-faults save FOLDER STEP...
//     saves checkpoints made of their steps; exits as weft does
//   weft-faults load
//     one line for each folder named on the standard input
//   weft-faults edit FOLDER KEY VALUE...
//     changes the newest checkpoint: its `seed` or `step`, a value of the loader, `zero optimizer`,
//     `zero states`, or `drop PREFIX`, which takes states away
#include <cstdio>
#include <filesystem>
#include <iostream>

#include <dlfcn.h>

#include "weft/Checkpoint.h"
#include "weft/Random.h"

using namespace weft;

/// Ends the program with the status's code.
static void check(const Status &status) {
  if (status)
    return;
  std::cerr << "weft-faults: error: " << status.message() << std::endl;
  std::exit(int(status.code()));
}

template <typename T> static T take(Result<T> result) {
  check(result.status());
  return *std::move(result);
}

/// A few KB that depend on the step in every shard.
static Checkpoint makeCheckpoint(uint64_t step) {
  Checkpoint checkpoint;
  uint64_t stream = 0;
  for (auto [map, name] :
       {std::pair(&checkpoint.model.params, "W"), std::pair(&checkpoint.model.optimizer, "W.sum"),
        std::pair(&checkpoint.model.states, "step.cache")}) {
    Tensor tensor = take(Tensor::zeros(DType::F32, {20, 16}));
    check(fillUniform(tensor, step, stream++, -1, 1));
    map->emplace(name, tensor);
  }
  checkpoint.run = {step, step * 3, {{"position", int64_t(step) * 64}}, {{"width", "16"}}};
  return checkpoint;
}

static bool areEqual(const TensorMap &one, const TensorMap &two) {
  return std::equal(one.begin(), one.end(), two.begin(), two.end(), [](auto &a, auto &b) {
    return a.first == b.first && a.second.shape() == b.second.shape() &&
           std::equal(a.second.bytes().begin(), a.second.bytes().end(), b.second.bytes().begin());
  });
}

/// Whether it is exactly what a save of its step wrote.
static bool isPure(const Checkpoint &got) {
  Checkpoint expected = makeCheckpoint(got.run.step);
  return areEqual(got.model.params, expected.model.params) &&
         areEqual(got.model.optimizer, expected.model.optimizer) &&
         areEqual(got.model.states, expected.model.states) && got.run.seed == expected.run.seed &&
         got.run.loader == expected.run.loader && got.run.config == expected.run.config;
}

static int save(const std::string &folder, int count, char **steps) {
  auto mark = reinterpret_cast<void (*)(const char *)>(dlsym(RTLD_DEFAULT, "weftFaultMark"));
  for (int i = 0; i < count; ++i) {
    check(saveCheckpoint(folder, makeCheckpoint(std::stoull(steps[i]))));
    if (mark)
      mark(steps[i]);
  }
  return 0;
}

/// "STEP pure|mixed WARNINGS WHOLE BROKEN", or "none MESSAGE".
static void describe(const std::string &folder) {
  Result<FoundCheckpoint> found = loadLatestCheckpoint(folder);
  if (!found) {
    std::cout << "none " << found.status().message() << std::endl;
    return;
  }
  int whole = 0, broken = 0;
  for (const auto &entry : std::filesystem::directory_iterator(folder)) {
    std::string name = entry.path().filename().string();
    if (!name.starts_with("step-") || name.find(".tmp") != std::string::npos)
      continue;
    Result<Checkpoint> checkpoint = loadCheckpoint(entry.path().string());
    ++(checkpoint && isPure(*checkpoint) ? whole : broken);
  }
  std::cout << found->checkpoint.run.step << (isPure(found->checkpoint) ? " pure " : " mixed ")
            << found->warnings.size() << ' ' << whole << ' ' << broken << std::endl;
}

static void edit(Checkpoint &checkpoint, const std::string &key, const std::string &value) {
  if (key == "seed")
    checkpoint.run.seed = std::stoull(value);
  else if (key == "step")
    checkpoint.run.step = std::stoull(value);
  else if (key == "zero")
    for (auto &[name, tensor] :
         value == "optimizer" ? checkpoint.model.optimizer : checkpoint.model.states)
      std::fill(tensor.bytes().begin(), tensor.bytes().end(), std::byte());
  else if (key == "drop")
    std::erase_if(checkpoint.model.states,
                  [&](const auto &state) { return state.first.starts_with(value); });
  else if (checkpoint.run.loader.contains(key))
    checkpoint.run.loader[key] = std::stoll(value);
  else
    check(Status(ErrorCode::Usage, "no such key: " + key));
}

int main(int argc, char **argv) {
  std::string action = argc > 1 ? argv[1] : "";
  if (action == "save" && argc > 3)
    return save(argv[2], argc - 3, argv + 3);
  if (action == "load" && argc == 2) {
    for (std::string folder; std::getline(std::cin, folder);)
      describe(folder);
    return 0;
  }
  if (action == "edit" && argc > 4 && argc % 2 == 1) {
    FoundCheckpoint found = take(loadLatestCheckpoint(argv[2]));
    for (int i = 3; i < argc; i += 2)
      edit(found.checkpoint, argv[i], argv[i + 1]);
    std::filesystem::remove_all(found.path);
    check(saveCheckpoint(argv[2], found.checkpoint));
    return 0;
  }
  std::cerr << "weft-faults: expects save FOLDER STEP..., load, or edit FOLDER KEY VALUE..."
            << std::endl;
  return int(ErrorCode::Usage);
}
