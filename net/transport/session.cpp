// Reading, writing and ending of a connection.
#include <transport/session.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <utility>

namespace cairn::net {
namespace {

using boost::system::error_code;

/// Sends that go out in one write.
constexpr std::size_t gathered = 16;

/// What has arrived unread would make the system reset the connection, and the peer lose our last words.
void read_away(Session::Socket& socket) {
    std::array<Byte, 4'096> nowhere;
    error_code error;
    for (int reads = 0; reads < 64 && !error; ++reads) socket.read_some(boost::asio::buffer(nowhere), error);
}

} // namespace

Session::Session(Socket socket, PeerId id, SessionOwner& owner, Limits limits)
    : socket_(std::move(socket)), limit_(socket_.get_executor()), id_(id), owner_(&owner), limits_(limits) {
    error_code ignored; // a connection that is gone already says so when it is read
    socket_.non_blocking(true, ignored);
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

void Session::start() { read(); }

void Session::send(Bytes bytes) {
    if (closed_ || dropped_ || bytes.empty()) return;
    unsent_ += bytes.size();
    queue_.push_back(std::move(bytes));
    write();
    if (unsent_ < limits_.queue_notice || std::exchange(reporting_, true)) return;
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->reporting_ = false;
        self->report_queue();
    });
}

void Session::drop(Span flush) {
    if (closed_) return;
    dropped_ = true;
    end_within(flush);
}

void Session::throttle(bool stop_reading) {
    throttled_ = stop_reading;
    read();
}

void Session::abandon() {
    owner_ = nullptr;
    close();
}

void Session::read() {
    if (closed_ || ended_ || throttled_ || std::exchange(reading_, true)) return;
    socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& error) {
        self->reading_ = false;
        if (error) return self->close();
        self->on_readable();
    });
}

void Session::on_readable() {
    if (closed_ || ended_ || throttled_) return;
    const std::span<Byte> into = owner_->scratch();
    error_code error;
    const std::size_t count = socket_.read_some(boost::asio::buffer(into.data(), into.size()), error);
    if (error == boost::asio::error::eof) return end_within(limits_.flush); // it may wait for its answers
    if (error && error != boost::asio::error::would_block) return close();
    if (count > 0) owner_->on_received(id_, into.first(count));
    read();
}

void Session::write() {
    if (closed_ || writing_ || queue_.empty()) return;
    writing_ = true;
    std::array<boost::asio::const_buffer, gathered> buffers;
    for (std::size_t i = 0; i < gathered && i < queue_.size(); ++i)
        buffers[i] = boost::asio::buffer(queue_[i]);
    buffers[0] += front_sent_;
    socket_.async_write_some(buffers,
                             [self = shared_from_this()](const error_code& error, std::size_t written) {
                                 self->writing_ = false;
                                 if (error) return self->close();
                                 self->on_written(written);
                             });
}

void Session::on_written(std::size_t written) {
    if (closed_) return;
    unsent_ -= written;
    front_sent_ += written;
    while (!queue_.empty() && front_sent_ >= queue_.front().size()) {
        front_sent_ -= queue_.front().size();
        queue_.pop_front();
    }
    write();
    report_queue();
    if (ended_ && queue_.empty()) close();
}

void Session::report_queue() {
    if (owner_ && !closed_ && !dropped_) owner_->on_queued(id_, unsent_);
}

void Session::end_within(Span flush) {
    const auto until = std::chrono::steady_clock::now() + flush;
    if (std::exchange(ended_, true) && limit_.expiry() <= until) return;
    if (queue_.empty()) return close();
    limit_.expires_at(until);
    limit_.async_wait([self = shared_from_this()](const error_code& error) {
        if (!error) self->close();
    });
}

void Session::close() {
    if (std::exchange(closed_, true)) return;
    error_code ignored;
    if (queue_.empty() && owner_) {
        socket_.shutdown(Socket::shutdown_send, ignored);
        read_away(socket_);
    }
    socket_.close(ignored);
    limit_.cancel();
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
        if (self->owner_) std::exchange(self->owner_, nullptr)->on_closed(self->id_);
    });
}

} // namespace cairn::net
