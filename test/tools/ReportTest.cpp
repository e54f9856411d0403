// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "test/tools/TestFolder.h"

using namespace weft;
using namespace weft::driver;

/// The lines of a file as JSON.
static std::vector<nlohmann::json> readRecords(const std::string &path) {
  std::ifstream file(path);
  std::vector<nlohmann::json> records;
  for (std::string line; std::getline(file, line);)
    records.push_back(nlohmann::json::parse(line));
  return records;
}

TEST(Report, MetricsHoldEveryStep) {
  test::TestFolder folder;
  std::string path = folder.path + "/metrics.jsonl";
  {
    Report report(ReportStyle::None, 2, true, path);
    report.step({.step = 1, .loss = 5.5, .learningRate = 0.1, .seconds = 0.5, .tokens = 100});
    report.step(
        {.step = 2, .loss = 4.5, .seconds = 0.5, .tokens = 100, .meanSpan = 10, .maxSpan = 20});
    report.validation(2, 4.25);
  }
  std::vector<nlohmann::json> records = readRecords(path);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0]["loss"], 5.5);
  EXPECT_EQ(records[0]["tokens_per_s"], 200);
  EXPECT_FALSE(records[0].contains("mean_span"));
  EXPECT_EQ(records[1]["max_span"], 20);
  EXPECT_EQ(records[2]["valid_loss"], 4.25);
}

TEST(Report, PlainTellsBitsPerByteAndSpan) {
  test::TestFolder folder;
  testing::internal::CaptureStderr();
  {
    Report report(ReportStyle::Plain, 1, true, folder.path + "/metrics.jsonl");
    report.step(
        {.step = 1, .loss = 0.693147, .seconds = 1, .tokens = 128, .meanSpan = 10, .maxSpan = 20});
  }
  std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("step 1/1 100%  1.000 bits/byte  128 tok/s  ETA 0s"), std::string::npos)
      << text;
  EXPECT_NE(text.find("span 10 (max 20)"), std::string::npos) << text;
}

TEST(Report, CountsSkippedSteps) {
  test::TestFolder folder;
  std::string path = folder.path + "/metrics.jsonl";
  testing::internal::CaptureStderr();
  {
    Report report(ReportStyle::Plain, 3, true, path, 4);
    report.skip(2, "loss nan");
    report.step({.step = 3, .loss = 2, .seconds = 1, .tokens = 1});
  }
  std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("step 2 skipped: loss nan"), std::string::npos) << text;
  EXPECT_NE(text.find("  5 skipped  "), std::string::npos) << text;
  EXPECT_EQ(readRecords(path)[0],
            (nlohmann::json{{"step", 2}, {"skipped", "loss nan"}, {"skipped_steps", 5}}));
}

TEST(Report, WordsAreToldInNats) {
  test::TestFolder folder;
  testing::internal::CaptureStderr();
  {
    Report report(ReportStyle::Plain, 1, false, folder.path + "/metrics.jsonl");
    report.step({.step = 1, .loss = 2, .seconds = 1, .tokens = 1});
  }
  EXPECT_NE(testing::internal::GetCapturedStderr().find("loss 2.000 nats"), std::string::npos);
}
