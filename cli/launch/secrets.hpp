// Where secrets come from: a file, a descriptor, or the terminal without echo. Never the argument list.
#pragma once

#include <cli/answer.hpp>
#include <cli/launch/signals.hpp>
#include <cli/output/streams.hpp>
#include <crypto/secret.hpp>

#include <filesystem>
#include <optional>
#include <string_view>

namespace cairn::cli {

/// The first line, without its end, at most 4,096 bytes: file_not_found (4), bad_password_file (5).
/// interrupted (130) where `signals` ask for the end first: a pipe may never be written to.
Expected<crypto::SecretBytes> secret_from_file(const std::filesystem::path& file, Signals& signals);
Expected<crypto::SecretBytes> secret_from_descriptor(int descriptor, Signals& signals);

/// One line typed at the terminal, after `question`: what was typed before is dropped. interrupted (130) by
/// Ctrl-C, declined (8) by Ctrl-D.
Expected<crypto::SecretBytes> ask_at_terminal(Streams& streams, Signals& signals, std::string_view question,
                                              bool echo);

} // namespace cairn::cli
