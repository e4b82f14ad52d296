// A line without its end, taken apart: `VERB key=value … body=N`. Views into the text that was given; the
// text is printable ASCII, which the decoder has seen to.
#pragma once

#include <base/hex.hpp>
#include <base/result.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cairn::net {

/// What framing needs of a line.
struct LineHead {
    std::string_view verb;             ///< empty for an empty line
    std::optional<std::uint64_t> body; ///< the last word's N, where that word is body=N; saturated
};
/// The reason for which no frame can be read: body=N is not the last word, or N is no decimal number.
Result<LineHead, std::string> read_line_head(std::string_view line);

/// The first line of HTTP, or of what speaks like it: the second word begins with '/', or any with "HTTP/".
bool is_http(std::string_view line);

/// The fields of a line. The first fault is kept and makes all of it failed: who reads checks once. A value
/// that cannot be read is returned as if it were zero.
class Fields {
  public:
    explicit Fields(std::string_view line);

    /// nullopt: no such field. Unknown keys stay unasked for.
    std::optional<std::string_view> find(std::string_view key) const;
    /// Of all fields, in the order of the line.
    const std::vector<std::pair<std::string_view, std::string_view>>& all() const { return fields_; }

    /// Decimal digits alone; must be there.
    template <typename T> T number(std::string_view key) {
        const auto text = required(key);
        return text ? read_number<T>(key, *text) : T{};
    }
    /// May be missing.
    template <typename T> T number_or(std::string_view key, T missing) {
        const auto text = find(key);
        return text ? read_number<T>(key, *text) : missing;
    }
    /// 2 N hex digits of either case; must be there.
    template <std::size_t N> ByteArray<N> hex(std::string_view key) {
        const auto text = required(key);
        return text ? read_hex<N>(key, *text) : ByteArray<N>{};
    }
    template <std::size_t N> std::optional<ByteArray<N>> hex_if_there(std::string_view key) {
        const auto text = find(key);
        return text ? std::optional(read_hex<N>(key, *text)) : std::nullopt;
    }
    /// 1 … `most` ids with commas between; must be there.
    std::vector<ByteArray<32>> ids(std::string_view key, std::size_t most);
    std::optional<std::string_view> required(std::string_view key);

    void fail(std::string why) {
        if (why_.empty()) why_ = std::move(why);
    }
    /// "bad-KEY"
    void fail_of(std::string_view key) { fail("bad-" + std::string(key)); }
    bool ok() const { return why_.empty(); }
    const std::string& why() const { return why_; }

  private:
    template <typename T> T read_number(std::string_view key, std::string_view text) {
        T value{};
        const auto* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data(), end, value);
        if (text.empty() || error != std::errc{} || at != end) {
            fail_of(key);
            return T{};
        }
        return value;
    }
    template <std::size_t N> ByteArray<N> read_hex(std::string_view key, std::string_view text) {
        const auto bytes = array_from_hex<N>(text);
        if (!bytes) fail_of(key);
        return bytes.value_or(ByteArray<N>{});
    }

    std::vector<std::pair<std::string_view, std::string_view>> fields_;
    std::string why_;
};

/// Whether `list`, words with commas between, has `word`.
bool lists(std::string_view list, std::string_view word);

} // namespace cairn::net
