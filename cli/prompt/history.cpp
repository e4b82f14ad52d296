#include <base/utf8.hpp>
#include <cli/prompt/history.hpp>
#include <store/posix_filesystem.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cairn::cli {

namespace {

constexpr std::uint64_t longest_file = 16u << 20; // bytes

} // namespace

LineHistory::LineHistory(std::filesystem::path file) : file_(std::move(file)) {
    if (file_.empty()) return;
    try {
        store::PosixFileSystem files;
        files.make_directory(file_.parent_path());
        if (!files.exists(file_)) return;
        const Bytes bytes = store::read_file(files, file_, longest_file);
        std::string line;
        for (const char c : as_text(bytes)) {
            if (c != '\n') {
                line += c;
                continue;
            }
            if (!line.empty() && is_utf8(line)) lines_.push_back(line);
            line.clear();
        }
        if (lines_.size() > most) {
            lines_.erase(lines_.begin(), lines_.end() - static_cast<std::ptrdiff_t>(most));
            std::string kept;
            for (const auto& each : lines_) kept += each + "\n";
            store::write_file_atomically(files, file_, as_bytes(kept));
        }
    } catch (const Fault&) {
        file_.clear(); // the prompt works without it
    }
}

bool LineHistory::add(const std::string& line) {
    const auto first = line.find_first_not_of(" \t");
    if (first != 0 || line.find('\n') != std::string::npos || (!lines_.empty() && lines_.back() == line))
        return false;
    lines_.push_back(line);
    if (file_.empty()) return true;
    const int descriptor =
        ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return true;
    ::fchmod(descriptor, 0600);
    const std::string text = line + "\n";
    [[maybe_unused]] const auto written = ::write(descriptor, text.data(), text.size());
    ::close(descriptor);
    return true;
}

} // namespace cairn::cli
