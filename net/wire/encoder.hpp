// A message → its bytes: the line, and where there is one the body, in hexadecimal or raw. Pure.
#pragma once

#include <wire/message.hpp>

namespace cairn::net {

/// Text that a peer is shown (agent, msg, values of Ok) is made fit: other characters than 0x21 … 0x7E become
/// '-', longer text is cut, fields that no longer fit in the line are left out. Throws std::length_error for
/// more ids, headers or entries than message.hpp allows, std::logic_error for Unknown and Malformed: defects
/// of the caller.
Bytes encode(const Message& message, bool raw);

} // namespace cairn::net
