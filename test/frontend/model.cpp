// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The child protocol of docs/spec/model.md, with the smallest useful model.
// RUN: %dsl %s -o %t
// RUN: %t --describe | FileCheck %s --check-prefix=DESCRIBE
// RUN: %t --trace vocab=5 mode=fast scale=0.5 flag=true | FileCheck %s
// RUN: sh -c '%t --trace vocap=5; test $? = 2' 2>&1 | FileCheck %s --check-prefix=KEY
// RUN: sh -c '%t --trace vocab=0; test $? = 2' 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: sh -c '%t --trace vocab=1.5; test $? = 2' 2>&1 | FileCheck %s --check-prefix=WHOLE
// RUN: sh -c '%t --trace mode=quick; test $? = 2' 2>&1 | FileCheck %s --check-prefix=CHOICE
// RUN: sh -c '%t --trace flag=1; test $? = 2' 2>&1 | FileCheck %s --check-prefix=FLAG
// RUN: sh -c '%t --trace vocab; test $? = 2' 2>&1 | FileCheck %s --check-prefix=PAIR
// RUN: sh -c '%t --trace vocab=9 block=9; test $? = 2' 2>&1 | FileCheck %s --check-prefix=CHECKED
// RUN: sh -c '%t --trace vocab=7; test $? = 1' 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: sh -c '%t --trace vocab=8; test $? = 1' 2>&1 | FileCheck %s --check-prefix=THROWN
// RUN: sh -c '%t; test $? = 2' 2>&1 | FileCheck %s --check-prefix=USAGE
#include "weft/dsl.h"

using namespace weft::dsl;

// DESCRIBE: "name": "bigram"
// DESCRIBE: "summary": "next token from the last one"
// DESCRIBE: "name": "vocab"
// DESCRIBE-NEXT: "type": "int"
// DESCRIBE-NEXT: "default": 4
// DESCRIBE-NEXT: "min": 1
// DESCRIBE-NEXT: "max": 100
// DESCRIBE-NEXT: "help": "number of tokens"
// DESCRIBE: "name": "scale"
// DESCRIBE-NEXT: "type": "float"
// DESCRIBE: "name": "mode"
// DESCRIBE-NEXT: "type": "string"
// DESCRIBE-NEXT: "default": "exact"
// DESCRIBE-NEXT: "choices": [
// DESCRIBE: "configs": []
// DESCRIBE: "functions": [
// DESCRIBE-NEXT: "step"
// DESCRIBE-NEXT: ]
struct Bigram {
  static constexpr const char *name = "bigram", *summary = "next token from the last one";
  int64_t vocab = 4, block = 3;
  double scale = 0.02;
  bool flag = false;
  std::string mode = "exact";

  template <class V> void visit(V &v) {
    v("vocab", vocab, 1, 100, "number of tokens");
    v("block", block, 1, 100, "tokens of a step");
    v("scale", scale, 0.0, 1.0, "size of the first weights");
    v("flag", flag, "does nothing");
    v("mode", mode, {"exact", "fast"}, "does nothing");
  }

  void check() const {
    if (block == vocab)
      throw weft::UsageError("block and vocab are both 9");
  }

  // CHECK: weft.config = {block = "3", flag = "true", mode = "fast", scale = "0.5", vocab = "5"}, weft.model = "bigram"
  // CHECK: weft.param @table : tensor<5x5xf32> init "normal" scale 5.000000e-01
  // CHECK: func.func @step(
  void step(Function &f) const {
    Axis t("time", block), v("vocab", vocab), n("next", vocab == 7 ? 6 : vocab);
    // THROWN: model.cpp:[[#@LINE+2]]: error: function `step` ended with an exception after this call: eight
    // THROWN-NEXT: help: the model's own code threw it before its next call of the language
    f.input("unused", DType::i32, {t});
    if (vocab == 8)
      throw std::runtime_error("eight");
    Tensor ids = f.input("tokens", DType::i32, {t});
    Tensor logits = embed(v, f.weights()("table", {v, n}, {.scale = scale}), ids);
    // ERROR: model.cpp:[[#@LINE+1]]: error: crossEntropy: axis `next` has size 7 but 6 in `logits`
    f.output("loss", mean(t, crossEntropy(Axis("next", vocab), logits,
                                          f.input("targets", DType::i32, {t}))));
  }
};

// KEY: error: unknown key `vocap`; did you mean `vocab`?
// RANGE: error: key `vocab` expects a value in [1, 100], got 0
// WHOLE: error: key `vocab` expects a whole number, got `1.5`
// CHOICE: error: key `mode` expects one of exact, fast, got `quick`
// FLAG: error: key `flag` expects true or false, got `1`
// PAIR: error: expects key=value, got `vocab`
// CHECKED: error: block and vocab are both 9
// USAGE: --describe | --trace [key=value ...]
int main(int argc, char **argv) { return weft::modelMain(argc, argv, Bigram{}); }
