#include <cli/grammar/tokenizer.hpp>
#include <cli/script/line_source.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace cairn::cli {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::size_t chunk = 64u << 10;
constexpr std::size_t most_continuations = 1'000; ///< each is looked at with all before it

} // namespace

LineSource LineSource::of_text(std::string text) {
    return LineSource([text = std::move(text),
                       at = std::size_t{0}](char* buffer, std::size_t size) mutable -> Expected<std::size_t> {
        const std::size_t count = std::min(size, text.size() - at);
        std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), count, buffer);
        at += count;
        return count;
    });
}

void LineSource::read_more() {
    buffer_.erase(0, std::exchange(at_, 0));
    const std::size_t before = buffer_.size();
    buffer_.resize(before + chunk);
    auto count = read_(buffer_.data() + before, chunk);
    buffer_.resize(before + count.value_or(0));
    ended_ = !count || *count == 0;
    if (!count) fault_ = std::move(count.error());
}

bool LineSource::is_at_hand() {
    if (!at_hand_) return true;
    while (!ended_) {
        const std::size_t end = buffer_.find('\n', at_);
        if (end != std::string::npos) {
            auto line = std::string_view(buffer_).substr(at_, end - at_);
            if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
            return !continues(line);
        }
        if (buffer_.size() - at_ > longest_line) return true; // and is refused
        if (!at_hand_()) return false;
        read_more();
    }
    return true;
}

Expected<std::optional<std::string>> LineSource::physical() {
    std::string line;
    bool any = false;
    while (true) {
        if (at_ == buffer_.size() && !ended_) read_more();
        if (at_ == buffer_.size() && fault_) return fail(*std::exchange(fault_, std::nullopt));
        if (at_ == buffer_.size()) break; // the end
        const std::size_t end = buffer_.find('\n', at_);
        const std::size_t stop = std::min(end, buffer_.size());
        const std::size_t begin = std::exchange(at_, std::min(stop + 1, buffer_.size()));
        if (skipping_) { // the rest of a line that was refused
            skipping_ = end == std::string::npos;
            continue;
        }
        any = true;
        if (line.size() + (stop - begin) > longest_line) {
            // Told at once: its end may never come.
            skipping_ = end == std::string::npos;
            ++number_;
            return failure(Exit::usage, "line_too_long",
                           "the line is longer than " + std::to_string(longest_line) + " bytes");
        }
        line.append(buffer_, begin, stop - begin);
        if (end != std::string::npos) break;
    }
    if (!any) return std::optional<std::string>();
    ++number_;
    if (number_ == 1 && line.compare(0, byte_order_mark.size(), byte_order_mark) == 0)
        line.erase(0, byte_order_mark.size());
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return std::optional(std::move(line));
}

Expected<std::optional<LineSource::Line>> LineSource::next() {
    auto first = physical();
    if (!first) return fail(std::move(first.error()));
    if (!*first) return std::optional<Line>();
    Line line{std::move(**first), number_};
    for (std::size_t joined = 0; continues(line.text); ++joined) {
        if (joined == most_continuations)
            return failure(Exit::usage, "line_too_long",
                           "more than " + std::to_string(most_continuations) + " lines are joined by \\");
        line.text.pop_back();
        auto more = physical();
        if (!more) return fail(std::move(more.error()));
        if (!*more) break;
        if (line.text.size() + (*more)->size() > longest_line)
            return failure(Exit::usage, "line_too_long",
                           "the joined line is longer than " + std::to_string(longest_line) + " bytes");
        line.text += **more;
    }
    return std::optional(std::move(line));
}

} // namespace cairn::cli
