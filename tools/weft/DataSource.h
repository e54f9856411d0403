// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model is trained and measured on, by what its tokens are: bytes or words of texts, bytes
// of images, samples of sounds.
#ifndef TOOLS_WEFT_DATASOURCE_H
#define TOOLS_WEFT_DATASOURCE_H

#include "models/common/Batches.h"
#include "models/common/Pairs.h"
#include "tools/weft/Config.h"
#include "tools/weft/RunFolder.h"
#include "tools/weft/Session.h"

namespace weft::driver {

/// The names of --unit.
std::vector<std::string> listUnits();
/// Fails with File where the data cannot be read.
models::Corpus readCorpus(const std::string &path, const std::string &valid,
                          const std::string &unit);
/// Whether what is asked for is parallel text: by its name, or by what the folder holds.
bool isParallel(const std::string &path, const std::string &unit);
/// Its lines as records of the config's `source` and `target` words, which follow the longest lines
/// where the config leaves them alone. Fails with Usage where the model has no such fields.
models::Corpus readPairs(const std::string &folder, Config &config);
/// The same numbers of a trained model.
models::PairSizes getPairSizes(const Session &session);
/// The tasks of texts and those in which a model acts.
std::vector<std::string> listAllTasks();
/// Such a task in the form of a corpus without text: its tokens by name, and a fingerprint of them.
models::Corpus describeWorld(const std::string &world);
/// What the tokens of the corpus are.
models::Unit getUnit(const models::Corpus &corpus, const std::string &unit);
/// Fails with Usage where a block of the model, [B, M], is not one image or pair.
void checkRecords(const models::Corpus &corpus, int64_t length);

/// What a path stands for where a model is measured: a file itself, of a folder or a task the parts
/// that were not trained on, in their order.
std::vector<models::TokenText> readHeldOut(const std::string &path, models::Unit unit,
                                           const models::Vocabulary &vocabulary,
                                           const Session &session);

} // namespace weft::driver

#endif
