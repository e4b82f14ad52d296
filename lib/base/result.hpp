// Result<T, E>: a value or a reason. Violations and refusals travel this way; faults of the machine are
// exceptions (see fault.hpp). An alias, so that std::expected can replace it without touching callers.
#pragma once

#include <tl/expected.hpp>

#include <utility>

namespace cairn {

template <typename T, typename E> using Result = tl::expected<T, E>;

/// `return fail(reason);` in a function that returns Result<T, E>.
template <typename E> auto fail(E&& reason) { return tl::make_unexpected(std::forward<E>(reason)); }

} // namespace cairn
