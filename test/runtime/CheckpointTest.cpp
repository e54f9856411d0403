// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <csignal>
#include <cstring>
#include <fstream>
#include <numeric>
#include <sys/resource.h>
#include <sys/wait.h>

#include "test/runtime/TestModels.h"
#include "weft/Checkpoint.h"
#include "weft/Safetensors.h"

namespace weft::test {
namespace {

namespace fs = std::filesystem;

Checkpoint makeCheckpoint(uint64_t step) {
  Checkpoint checkpoint;
  checkpoint.model.params["W"] = floats({4}, std::vector<float>(4, float(step)));
  checkpoint.model.optimizer["W.sum"] = floats({4}, std::vector<float>(4, 0.5f * float(step)));
  checkpoint.model.states["step.cache"] = floats({0, 4}, {});
  checkpoint.run = {step, ~uint64_t(0), {{"position", int64_t(step) * 64}}, {{"width", "4"}}};
  return checkpoint;
}

void flipByte(const std::string &path, long offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(offset);
  char byte = char(file.get() ^ 1);
  file.seekp(offset);
  file.put(byte);
}

std::string readText(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Checkpoint, WhatIsSavedIsLoaded) {
  TemporaryFolder folder;
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(30)));
  FoundCheckpoint found = take(loadLatestCheckpoint(folder.path()));
  EXPECT_TRUE(found.warnings.empty());
  EXPECT_EQ(found.path, folder / "step-30");
  EXPECT_EQ(read(found.checkpoint.model.params["W"]), std::vector<float>(4, 30.0f));
  EXPECT_EQ(read(found.checkpoint.model.optimizer["W.sum"]), std::vector<float>(4, 15.0f));
  EXPECT_EQ(found.checkpoint.model.states["step.cache"].shape(), (Shape{0, 4}));
  EXPECT_EQ(found.checkpoint.run.step, 30u);
  EXPECT_EQ(found.checkpoint.run.seed, ~uint64_t(0));
  EXPECT_EQ(found.checkpoint.run.loader.at("position"), 30 * 64);
  EXPECT_EQ(found.checkpoint.run.config.at("width"), "4");
}

// Large tensors are written from where they lie, small ones together, and both are read by pieces.
TEST(Checkpoint, TensorsOfEverySizeAreSavedByteForByte) {
  TemporaryFolder folder;
  Checkpoint checkpoint = makeCheckpoint(1);
  TensorMap &params = checkpoint.model.params;
  for (int64_t count : {1, 16, 100'000, 200'000, 262'144, 300'000, 700'001}) {
    std::vector<float> values(static_cast<size_t>(count));
    std::iota(values.begin(), values.end(), float(count));
    params[std::string("p").append(std::to_string(count))] = floats({count}, values);
  }
  ASSERT_TRUE(saveCheckpoint(folder.path(), checkpoint));
  std::string text = readText(folder / "step-1/params.safetensors");
  std::vector<std::byte> whole = take(formatSafetensors(params));
  ASSERT_EQ(text.size(), whole.size());
  EXPECT_EQ(std::memcmp(text.data(), whole.data(), whole.size()), 0);
  Checkpoint loaded = take(loadCheckpoint(folder / "step-1"));
  for (const auto &[name, tensor] : params)
    EXPECT_TRUE(std::ranges::equal(loaded.model.params.at(name).bytes(), tensor.bytes())) << name;
}

TEST(Checkpoint, SaveLoadSaveGivesTheSameBytes) {
  TemporaryFolder one, two;
  ASSERT_TRUE(saveCheckpoint(one.path(), makeCheckpoint(3)));
  ASSERT_TRUE(saveCheckpoint(two.path(), take(loadCheckpoint(one / "step-3"))));
  for (const char *name :
       {"params.safetensors", "optimizer.safetensors", "states.safetensors", "run.json"})
    EXPECT_EQ(readText(one / (std::string("step-3/") + name)),
              readText(two / (std::string("step-3/") + name)));
}

TEST(Checkpoint, AtLeastTwoAreKept) {
  TemporaryFolder folder;
  for (uint64_t step : {10, 20, 30, 40})
    ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(step), 1));
  EXPECT_FALSE(fs::exists(folder / "step-20"));
  EXPECT_TRUE(fs::exists(folder / "step-30"));
  EXPECT_TRUE(fs::exists(folder / "step-40"));
  EXPECT_EQ(readText(folder / "LATEST"), "step-40\n");
}

TEST(Checkpoint, LaterStepsOfAnAbandonedRunStay) {
  TemporaryFolder folder;
  for (uint64_t step : {10, 50, 20, 30})
    ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(step)));
  EXPECT_TRUE(fs::exists(folder / "step-50"));
  EXPECT_FALSE(fs::exists(folder / "step-10"));
  EXPECT_EQ(take(loadLatestCheckpoint(folder.path())).checkpoint.run.step, 30u);
}

TEST(Checkpoint, TheSameStepIsReplaced) {
  TemporaryFolder folder;
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(10)));
  Checkpoint other = makeCheckpoint(10);
  other.run.config["width"] = "8";
  ASSERT_TRUE(saveCheckpoint(folder.path(), other));
  EXPECT_EQ(take(loadLatestCheckpoint(folder.path())).checkpoint.run.config.at("width"), "8");
}

// The last byte is a number in `params` and `optimizer`, which only the hash protects.
TEST(Checkpoint, ADamagedOneFallsBackWithAWarning) {
  for (const char *name :
       {"params.safetensors", "optimizer.safetensors", "states.safetensors", "run.json"}) {
    for (bool isLast : {false, true}) {
      TemporaryFolder folder;
      ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(10)));
      ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(20)));
      std::string path = folder / (std::string("step-20/") + name);
      flipByte(path, isLast ? long(fs::file_size(path)) - 1 : 40);
      FoundCheckpoint found = take(loadLatestCheckpoint(folder.path()));
      EXPECT_EQ(found.checkpoint.run.step, 10u) << name;
      ASSERT_EQ(found.warnings.size(), 2u) << name;
      EXPECT_EQ(found.warnings[1], "resuming from " + (folder / "step-10"));
    }
  }
}

TEST(Checkpoint, EveryFlipOfRunJsonIsRejectedOrASpace) {
  TemporaryFolder folder;
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(10)));
  std::string path = folder / "step-10/run.json";
  std::string text = readText(path);
  for (size_t i = 0; i < text.size(); ++i) {
    flipByte(path, long(i));
    bool isSpace = text[i] == ' ' || text[i] == '\n';
    if (!isSpace) {
      EXPECT_FALSE(loadCheckpoint(folder / "step-10")) << text.substr(i, 20);
    }
    flipByte(path, long(i));
  }
  EXPECT_TRUE(loadCheckpoint(folder / "step-10"));
}

TEST(Checkpoint, AMissingLatestIsFound) {
  TemporaryFolder folder;
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(10)));
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(20)));
  fs::remove(folder / "LATEST");
  FoundCheckpoint found = take(loadLatestCheckpoint(folder.path()));
  EXPECT_EQ(found.checkpoint.run.step, 20u);
  EXPECT_FALSE(found.warnings.empty());
}

TEST(Checkpoint, AFirstSaveWithoutLatestIsNoReasonToWarn) {
  TemporaryFolder folder;
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(0)));
  fs::remove(folder / "LATEST");
  EXPECT_TRUE(take(loadLatestCheckpoint(folder.path())).warnings.empty());
}

// What is damaged does not count among the two that stay.
TEST(Checkpoint, ADamagedOneDoesNotCountAsKept) {
  for (bool isTruncated : {false, true}) {
    TemporaryFolder folder;
    ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(10)));
    ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(20)));
    if (isTruncated)
      fs::resize_file(folder / "step-20/params.safetensors", 10);
    else
      flipByte(folder / "step-20/run.json", 40);
    ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(30)));
    EXPECT_TRUE(loadCheckpoint(folder / "step-10"));
    ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(40)));
    EXPECT_FALSE(fs::exists(folder / "step-10"));
  }
}

TEST(Checkpoint, ARenamedOneIsNotTaken) {
  TemporaryFolder folder;
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(10)));
  fs::rename(folder / "step-10", folder / "step-12");
  EXPECT_EQ(loadLatestCheckpoint(folder.path()).status().code(), ErrorCode::File);
}

TEST(Checkpoint, TooLittleSpaceSaysHowMuch) {
  TemporaryFolder folder;
  Checkpoint checkpoint = makeCheckpoint(1);
  EXPECT_TRUE(checkSpace(folder.path(), checkpoint.model));
  Status status = checkSpace(folder.path(), checkpoint.model, 1 << 30);
  EXPECT_EQ(status.code(), ErrorCode::Resource);
  EXPECT_NE(status.message().find(" are missing"), std::string::npos) << status.message();
}

TEST(Checkpoint, NothingWholeIsAnError) {
  TemporaryFolder folder;
  EXPECT_EQ(loadLatestCheckpoint(folder.path()).status().code(), ErrorCode::Usage);
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(10)));
  fs::remove(folder / "step-10/states.safetensors");
  EXPECT_EQ(loadLatestCheckpoint(folder.path()).status().code(), ErrorCode::File);
}

TEST(Checkpoint, LeftoversOfDeadProcessesGo) {
  TemporaryFolder folder;
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(10)));
  pid_t child = ::fork();
  if (child == 0)
    ::_exit(0);
  ::waitpid(child, nullptr, 0);
  fs::create_directory(folder / ("step-20.tmp-" + std::to_string(child)));
  fs::create_directory(folder / ("step-30.tmp-" + std::to_string(::getppid())));
  ASSERT_TRUE(removeStaleCheckpoints(folder.path()));
  EXPECT_FALSE(fs::exists(folder / ("step-20.tmp-" + std::to_string(child))));
  EXPECT_TRUE(fs::exists(folder / ("step-30.tmp-" + std::to_string(::getppid()))));
}

// Killed at a random moment of an endless series of saves: what is there afterwards is whole and of
// one step.
TEST(Checkpoint, KillingASaveLosesNothing) {
  TemporaryFolder folder;
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(1)));
  for (int trial = 0; trial < 30; ++trial) {
    uint64_t start = take(loadLatestCheckpoint(folder.path())).checkpoint.run.step;
    pid_t child = ::fork();
    if (child == 0)
      for (uint64_t step = start + 1;; ++step)
        if (!saveCheckpoint(folder.path(), makeCheckpoint(step)))
          ::_exit(1);
    ::usleep(useconds_t(500 + trial * 977 % 15000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    FoundCheckpoint found = take(loadLatestCheckpoint(folder.path()));
    EXPECT_TRUE(found.warnings.empty());
    float value = float(found.checkpoint.run.step);
    EXPECT_EQ(read(found.checkpoint.model.params["W"]), std::vector<float>(4, value));
    EXPECT_EQ(read(found.checkpoint.model.optimizer["W.sum"]), std::vector<float>(4, 0.5f * value));
    EXPECT_GE(found.checkpoint.run.step, start);
  }
}

TEST(Checkpoint, AFolderThatCannotBeWrittenIsAnError) {
  TemporaryFolder folder;
  std::ofstream(folder / "file") << "not a folder";
  EXPECT_EQ(saveCheckpoint(folder / "file", makeCheckpoint(1)).code(), ErrorCode::Resource);
}

TEST(Checkpoint, AreListedFromTheNewestThatLatestNames) {
  TemporaryFolder folder;
  for (uint64_t step : {10, 20})
    ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(step)));
  EXPECT_EQ(take(listCheckpoints(folder.path())),
            (std::vector<std::string>{folder / "step-20", folder / "step-10"}));
  std::ofstream(folder / "LATEST") << "step-10\n";
  EXPECT_EQ(take(listCheckpoints(folder.path())), std::vector<std::string>{folder / "step-10"});
}

TEST(Checkpoint, AShardOfAnotherLengthSaysBoth) {
  TemporaryFolder folder;
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(10)));
  std::string shard = folder / "step-10/params.safetensors";
  uintmax_t size = fs::file_size(shard);
  fs::resize_file(shard, size - 1);
  EXPECT_EQ(loadCheckpoint(folder / "step-10").status().message(),
            shard + ": expects " + std::to_string(size) + " bytes, got " +
                std::to_string(size - 1) + ": the file is damaged");
}

TEST(Checkpoint, AFileInPlaceOfAFolderIsAnError) {
  TemporaryFolder folder;
  std::string file = folder / "file";
  std::ofstream(file) << "x";
  EXPECT_EQ(listCheckpoints(file).status().code(), ErrorCode::Usage);
  EXPECT_EQ(loadLatestCheckpoint(file).status().code(), ErrorCode::Usage);
  EXPECT_EQ(saveCheckpoint(file + "/below", makeCheckpoint(1)).code(), ErrorCode::Resource);
  EXPECT_EQ(checkSpace(file + "/below", makeCheckpoint(1).model).code(), ErrorCode::Usage);
}

TEST(Checkpoint, ASaveThatCannotBeWrittenLeavesTheLastOneAndNoDraft) {
  TemporaryFolder folder;
  ASSERT_TRUE(saveCheckpoint(folder.path(), makeCheckpoint(10)));
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = {64, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  Status status = saveCheckpoint(folder.path(), makeCheckpoint(20));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(status.code(), ErrorCode::Resource);
  EXPECT_TRUE(status.message().starts_with("checkpoint of step 20 not saved: "))
      << status.message();
  FoundCheckpoint found = take(loadLatestCheckpoint(folder.path()));
  EXPECT_EQ(found.path, folder / "step-10");
  EXPECT_TRUE(found.warnings.empty());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 2);
}

} // namespace
} // namespace weft::test
