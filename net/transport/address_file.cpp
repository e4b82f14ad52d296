#include <store/posix_filesystem.hpp>
#include <transport/address_file.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <optional>
#include <utility>

namespace cairn::net {
namespace {

constexpr std::uint64_t max_bytes = 8u << 20;

} // namespace

class AddressFile::State {
  public:
    explicit State(store::Path file) : file_(std::move(file)) {}

    void keep(Bytes bytes) {
        if (!writer_) writer_.emplace(1); // most runs write nothing
        boost::asio::post(*writer_, [this, bytes = std::move(bytes)] {
            try {
                store::write_file_atomically(files_, file_, bytes);
            } catch (const std::exception&) {
                // Peers can be found again, and the next change is written anew.
            }
        });
    }
    void close() {
        if (writer_) writer_->join();
    }

  private:
    const store::Path file_;
    store::PosixFileSystem files_; ///< the writer's alone
    std::optional<boost::asio::thread_pool> writer_;
};

AddressFile::AddressFile(store::Path file) : state_(std::make_unique<State>(std::move(file))) {}

AddressFile::~AddressFile() { close(); }

Bytes AddressFile::read(const store::Path& file) {
    store::PosixFileSystem files;
    try {
        if (files.exists(file)) return store::read_file(files, file, max_bytes);
    } catch (const store::IoFault&) {
        // Peers can be found again: no reason not to start.
    }
    return {};
}

void AddressFile::keep(Bytes bytes) { state_->keep(std::move(bytes)); }
void AddressFile::close() { state_->close(); }

} // namespace cairn::net
