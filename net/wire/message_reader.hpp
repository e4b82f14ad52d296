// A whole frame, line and body, as a message. Pure.
#pragma once

#include <wire/message.hpp>

#include <optional>
#include <string_view>

namespace cairn::net {

/// `line` without its end; `body` as bytes, nullopt where the line announced none. Its size is within
/// the verb's limit. Unknown and Malformed are answers too.
Message read_message(std::string_view line, std::optional<Bytes> body, const DecoderLimits& limits);

} // namespace cairn::net
