// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Trust.h"

#include <cstring>
#include <filesystem>
#include <fstream>

#include "tools/weft/Failure.h"
#include "tools/weft/ModelBuilder.h"

using namespace weft;
using namespace weft::driver;
namespace fs = std::filesystem;

static std::string getNote(const std::string &hash) {
  return getCacheFolder() + "/trusted/" + hash;
}

void driver::trust(const std::string &artifactBytes) {
  WeftArtifactHeader header;
  if (artifactBytes.size() < sizeof(header))
    return;
  std::memcpy(&header, artifactBytes.data(), sizeof(header));
  std::string hash;
  for (unsigned char byte : header.hash)
    hash += fmt::format("{:02x}", byte);
  std::error_code error;
  fs::create_directories(getCacheFolder() + "/trusted", error);
  std::ofstream(getNote(hash));
}

void driver::requireTrust(const Artifact &artifact, bool allowNative) {
  std::error_code error;
  if (!allowNative && !fs::exists(getNote(artifact.hash()), error))
    fail(ErrorCode::Usage,
         "{} holds machine code that was not compiled here; --allow-native runs it if you trust "
         "where it comes from",
         artifact.origin());
}
