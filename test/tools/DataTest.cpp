// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Data.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "test/tools/TestFolder.h"

using namespace weft;
using namespace weft::models;
using Ids = std::vector<int32_t>;

TEST(Data, BytesAreTheirOwnIds) {
  EXPECT_EQ(*Vocabulary::bytes().encode("a\n\xff", "text"), (Ids{97, 10, 255}));
  EXPECT_EQ(Vocabulary::bytes().size(), 256);
}

TEST(Data, WordsAreNumberedByFirstAppearance) {
  Vocabulary words = Vocabulary::ofText("b a b\nc\n");
  // b 0, a 1, <eos> 2, c 3.
  EXPECT_EQ(words.size(), 4);
  EXPECT_EQ(*words.encode("a b c\n", "text"), (Ids{1, 0, 3, 2}));
}

TEST(Data, EveryLineEndsInEos) {
  Vocabulary words = Vocabulary::ofText("x\n");
  // An empty line is one <eos>; a last line without an end has its own, an ended one has no other.
  EXPECT_EQ(*words.encode("x\n\nx", "text"), (Ids{0, 1, 1, 0, 1}));
  EXPECT_EQ(*words.encode("x\n", "text"), (Ids{0, 1}));
  EXPECT_EQ(*words.encode("  x \t x\n", "text"), (Ids{0, 0, 1}));
}

TEST(Data, UnknownWordNamesItsLine) {
  Status status = Vocabulary::ofText("a\n").encode("a\na zebra\n", "valid.txt").status();
  EXPECT_EQ(status.code(), ErrorCode::File);
  EXPECT_EQ(status.message(), "valid.txt:2: expects words of the training text, got 'zebra'");
}

TEST(Data, DecodeGivesTextBack) {
  Vocabulary words = Vocabulary::ofText("one two\n");
  EXPECT_EQ(words.decode(0) + words.decode(1) + words.decode(2), "one two \n");
  EXPECT_EQ(Vocabulary::bytes().decode(65), "A");
}

TEST(Data, LabelsStandBesideWords) {
  Vocabulary words = Vocabulary::ofText("a b\nb\n", "_ x\na\n"); // a b <eos> x
  EXPECT_EQ(words.size(), 4);
  EXPECT_EQ(*words.encodeLabels("_ x\na\n", "a b\nb\n", "labels"), (Ids{-1, 3, -1, 0, -1}));
  EXPECT_EQ(words.encodeLabels("_\na\n", "a b\nb\n", "labels").status().message(),
            "labels:1: expects a label or _ for each of the 2 words of the line, got 1");
  EXPECT_EQ(words.encodeLabels("_ x\na a\n", "a b\nb\n", "labels").status().message(),
            "labels:2: expects a label or _ for each of the 1 words of the line, got 2");
  EXPECT_EQ(words.encodeLabels("_ x\n", "a b\nb\n", "labels").status().message(),
            "labels:2: expects a label or _ for each of the 1 words of the line, got 0");
  EXPECT_EQ(words.encodeLabels("_ y\na\n", "a b\nb\n", "labels").status().message(),
            "labels:1: expects labels that the training text has, got 'y'");
}

TEST(Data, FolderMayHaveLabels) {
  test::TestFolder folder;
  folder.write("train.txt", "a b\n");
  folder.write("train.txt.labels", "_ c\n");
  folder.write("valid.txt", "b a\n");
  Result<Corpus> corpus = readCorpus(folder.path, "", Unit::Automatic);
  ASSERT_TRUE(corpus);
  EXPECT_EQ(corpus->train.labels, (Ids{-1, 3, -1}));
  EXPECT_TRUE(corpus->valid.labels.empty());
  EXPECT_EQ(readCorpus(folder.path, "", Unit::Bytes).status().message(),
            folder.path + "/train.txt.labels: expects tokens that are words, got bytes");
  // Labels are part of what a resumed run must find again.
  folder.write("train.txt.labels", "_ d\n");
  EXPECT_NE(readCorpus(folder.path, "", Unit::Automatic)->fingerprint, corpus->fingerprint);
  EXPECT_EQ(readCorpus(folder.path + "/train.txt", "", Unit::Words).status().message(),
            folder.path +
                "/train.txt.labels: expects a held-out text of its own, got none; --valid "
                "names one, as valid.txt of a folder does");
}

TEST(Data, ATaskIsACorpus) {
  Result<Corpus> corpus = readCorpus("task:copy", "", Unit::Automatic);
  ASSERT_TRUE(corpus);
  EXPECT_EQ(corpus->vocabulary.size(), 12);
  EXPECT_EQ(corpus->train.ids.size(), 10000u * 82);
  EXPECT_EQ(corpus->train.labels.size(), corpus->train.ids.size());
  EXPECT_EQ(corpus->train.labels[40], corpus->train.ids[0]); // at the colon the first digit
  EXPECT_EQ(readCorpus("task:cook", "", Unit::Automatic).status().code(), ErrorCode::File);
  Result<std::vector<TokenText>> parts = readHeldOut("task:copy", corpus->vocabulary);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->size(), 2u);
  EXPECT_EQ(parts->at(0).ids, corpus->valid.ids);
  EXPECT_EQ(parts->at(1).origin, "copy test");
}

TEST(Data, VocabularySurvivesItsFile) {
  test::TestFolder folder;
  Vocabulary words = Vocabulary::ofText("x y z\n");
  Result<Vocabulary> again = Vocabulary::read(folder.write("vocabulary.txt", words.text()));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again->encode("z x\n", "text"), *words.encode("z x\n", "text"));
}

TEST(Data, FileHoldsOutItsLastTwentieth) {
  test::TestFolder folder;
  std::string text(100, 'x');
  text.replace(95, 5, "abcde");
  Result<Corpus> corpus = readCorpus(folder.write("text", text), "", Unit::Automatic);
  ASSERT_TRUE(corpus);
  EXPECT_EQ(corpus->train.ids.size(), 95u);
  EXPECT_EQ(corpus->valid.ids, (Ids{'a', 'b', 'c', 'd', 'e'}));
}

TEST(Data, FolderHoldsParts) {
  test::TestFolder folder;
  folder.write("train.txt", "a b\n");
  folder.write("valid.txt", "b\n");
  folder.write("test.txt", "a\n");
  Result<Corpus> corpus = readCorpus(folder.path, "", Unit::Automatic);
  ASSERT_TRUE(corpus);
  EXPECT_EQ(corpus->valid.ids, (Ids{1, 2}));
  EXPECT_EQ(corpus->test.ids, (Ids{0, 2}));
}

TEST(Data, FingerprintDependsOnTheText) {
  test::TestFolder folder;
  uint64_t one = readCorpus(folder.write("one", "some text"), "", Unit::Bytes)->fingerprint;
  uint64_t two = readCorpus(folder.write("two", "some texT"), "", Unit::Bytes)->fingerprint;
  EXPECT_NE(one, two);
}

TEST(Data, MissingAndEmptyFilesFail) {
  test::TestFolder folder;
  EXPECT_EQ(readCorpus(folder.path + "/none", "", Unit::Bytes).status().code(), ErrorCode::File);
  Status empty = readCorpus(folder.write("empty", ""), "", Unit::Bytes).status();
  EXPECT_EQ(empty.message(), folder.path + "/empty: expects text, got an empty file");
}

// A byte that moves from one part to the next makes another text.
TEST(Data, FingerprintDependsOnTheParts) {
  test::TestFolder folder;
  std::string end = folder.write("end", "cd"), longEnd = folder.write("longEnd", "bcd");
  uint64_t one = readCorpus(folder.write("one", "ab"), end, Unit::Bytes)->fingerprint;
  uint64_t two = readCorpus(folder.write("two", "a"), longEnd, Unit::Bytes)->fingerprint;
  EXPECT_NE(one, two);
}

TEST(TextFile, NoticesEveryChangeOfContent) {
  for (size_t size : {size_t(1), size_t(5000), size_t(1000000)}) {
    test::TestFolder folder;
    std::string text(size, 'x');
    std::string path = folder.write("text", text);
    TextFile file;
    ASSERT_EQ(*readText(path, &file), text);
    EXPECT_TRUE(verifyUnchanged(file));

    auto now = std::filesystem::file_time_type::clock::now();
    std::filesystem::last_write_time(path, now + std::chrono::seconds(5));
    EXPECT_TRUE(verifyUnchanged(file)) << "touched, and nothing more";
    for (size_t place : {size_t(0), size - 1}) {
      std::string other = text;
      other[place] = 'y';
      folder.write("text", other);
      EXPECT_EQ(verifyUnchanged(file).code(), ErrorCode::File) << size << " " << place;
    }
    folder.write("text", text + "x");
    EXPECT_NE(verifyUnchanged(file).message().find("the text changed: expects"), std::string::npos);
    std::filesystem::remove(path);
    EXPECT_NE(verifyUnchanged(file).message().find("the text is gone"), std::string::npos);
  }
}

TEST(TextFile, APipeIsReadAndNotLookedAtAgain) {
  test::TestFolder folder;
  std::string path = folder.path + "/pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path) << "from a pipe"; });
  TextFile file;
  EXPECT_EQ(*readText(path, &file), "from a pipe");
  writer.join();
  EXPECT_TRUE(verifyUnchanged(file));
}
