// Derives keys from passwords on a thread of its own, so that progress shows and Ctrl-C is heard: scrypt
// cannot be stopped half-way.
#pragma once

#include <cli/progress.hpp>
#include <crypto/sealed_box.hpp>

#include <optional>
#include <stop_token>

namespace cairn::cli {

/// Waits for the key, which tells `progress` how far it is; nullopt once `stop` is asked for. What was begun
/// then ends by itself within a run of scrypt, or with the process, and is wiped.
std::optional<crypto::BoxKey> derive_key_aside(Progress& progress, crypto::SecretBytes password,
                                               const ByteArray<32>& salt,
                                               const crypto::ScryptParameters& parameters,
                                               const std::stop_token& stop);

} // namespace cairn::cli
