// Lines of a script, one at a time: from a text, a file or a descriptor. Memory is bounded by twice the
// longest line. Joins what a backslash at the end continues, takes off CR and a byte-order mark.
#pragma once

#include <cli/answer.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::cli {

class LineSource {
  public:
    static constexpr std::size_t longest_line = 1u << 20; ///< bytes

    /// Returns the bytes read into the buffer, 0 at the end; what it refuses ends the source.
    using Read = std::function<Expected<std::size_t>(char* buffer, std::size_t size)>;
    /// Whether read() would return at once.
    using AtHand = std::function<bool()>;
    /// Without `at_hand` reading never waits.
    explicit LineSource(Read read, AtHand at_hand = {})
        : read_(std::move(read)), at_hand_(std::move(at_hand)) {}
    /// A text that is there already.
    static LineSource of_text(std::string text);

    struct Line {
        std::string text;
        std::uint64_t number = 0; ///< of its first physical line, from 1
    };
    /// nullopt at the end. line_too_long (2) as soon as the bound is passed; the next call passes over the
    /// rest of that line.
    Expected<std::optional<Line>> next();
    /// Whether next() will not wait. In doubt it is false: of a line that another one continues.
    bool is_at_hand();
    std::uint64_t number() const { return number_; } ///< of the last physical line read

  private:
    /// One physical line without its end; nullopt at the end of input.
    Expected<std::optional<std::string>> physical();
    /// More bytes behind those in the buffer; none at the end, or where `fault_` is set.
    void read_more();

    Read read_;
    AtHand at_hand_;
    std::string buffer_;
    std::size_t at_ = 0;
    bool ended_ = false;
    std::optional<Failure> fault_; ///< of the last reading; what was read before comes first
    bool skipping_ = false;        ///< up to the end of a line that was refused
    std::uint64_t number_ = 0;
};

} // namespace cairn::cli
