// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft-lsp-server/Relay.h"

#include <cstdio>
#include <string>

#include <unistd.h>

#include "llvm/Support/JSON.h"

namespace weft::lsp {

namespace {

/// An editor sends whole files; more than this is a broken header.
constexpr unsigned long long largestMessage = 1ull << 30;

bool isMessage(llvm::StringRef text) {
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value) {
    llvm::consumeError(value.takeError());
    return false;
  }
  const llvm::json::Object *object = value->getAsObject();
  if (!object || object->getString("jsonrpc") != llvm::StringRef("2.0"))
    return false;
  const llvm::json::Value *id = object->get("id"), *method = object->get("method");
  if (id && !id->getAsInteger() && !id->getAsString())
    return false;
  return method ? bool(method->getAsString())
                : id && (object->get("result") || object->get("error"));
}

/// The lines up to an empty one; the length they give, 0 without one. False at the end of the
/// input.
bool readHeader(FILE *in, unsigned long long &length) {
  length = 0;
  std::string line;
  for (int c = std::getc(in); c != EOF; c = std::getc(in)) {
    if (c != '\n') {
      if (line.size() < 1024)
        line += static_cast<char>(c);
      continue;
    }
    llvm::StringRef text = llvm::StringRef(line).trim();
    if (text.empty())
      return true;
    auto [name, value] = text.split(':');
    if (name.equals_insensitive("content-length") && value.trim().getAsInteger(10, length))
      length = 0;
    line.clear();
  }
  return false;
}

bool writeAll(int out, llvm::StringRef text) {
  while (!text.empty()) {
    ssize_t count = write(out, text.data(), text.size());
    if (count <= 0)
      return false;
    text = text.drop_front(static_cast<size_t>(count));
  }
  return true;
}

} // namespace

void relay(int in, int out) {
  FILE *input = fdopen(in, "r");
  unsigned long long length = 0;
  while (input && readHeader(input, length)) {
    if (length == 0 || length > largestMessage) {
      std::fprintf(stderr,
                   "weft-lsp-server: a header without a usable Content-Length is left out\n");
      continue;
    }
    std::string body(length, '\0');
    if (std::fread(body.data(), 1, length, input) != length)
      break;
    if (!isMessage(body))
      std::fprintf(stderr, "weft-lsp-server: %llu bytes that are no message are left out\n",
                   length);
    else if (!writeAll(out, "Content-Length: " + std::to_string(length) + "\r\n\r\n" + body))
      break;
  }
  close(out);
}

} // namespace weft::lsp
