// The other end of a connection, as a plain descriptor that the test reads and writes itself.
#pragma once

#include <base/bytes.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace cairn::test {

class TcpPeer {
  public:
    TcpPeer() = default;
    explicit TcpPeer(int descriptor) : descriptor_(descriptor) {}
    TcpPeer(TcpPeer&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    TcpPeer& operator=(TcpPeer&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    TcpPeer(const TcpPeer&) = delete;
    TcpPeer& operator=(const TcpPeer&) = delete;
    ~TcpPeer() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    static TcpPeer connect4(std::uint16_t port, int receive_buffer = 0) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return connect(reinterpret_cast<const sockaddr*>(&at), sizeof at, receive_buffer);
    }
    static TcpPeer connect6(std::uint16_t port) {
        sockaddr_in6 at{};
        at.sin6_family = AF_INET6;
        at.sin6_port = htons(port);
        at.sin6_addr = in6addr_loopback;
        return connect(reinterpret_cast<const sockaddr*>(&at), sizeof at, 0);
    }
    static bool has_ipv6() {
        const TcpPeer probe(::socket(AF_INET6, SOCK_STREAM, 0));
        sockaddr_in6 at{};
        at.sin6_family = AF_INET6;
        at.sin6_addr = in6addr_loopback;
        return probe.descriptor_ >= 0 &&
               ::bind(probe.descriptor_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
    }

    /// A listener that takes nobody in, and whose queue holds next to none. With its port.
    static std::pair<TcpPeer, std::uint16_t> deaf_listener() {
        TcpPeer out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        if (::bind(out.descriptor_, reinterpret_cast<const sockaddr*>(&at), size) != 0 ||
            ::listen(out.descriptor_, 0) != 0 ||
            ::getsockname(out.descriptor_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
            throw std::runtime_error("no listener");
        return {std::move(out), ntohs(at.sin_port)};
    }
    /// Asks to be let in, and does not wait for the answer.
    static TcpPeer begin_connect(std::uint16_t port) {
        TcpPeer out(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        static_cast<void>(::connect(out.descriptor_, reinterpret_cast<const sockaddr*>(&at), sizeof at));
        return out;
    }

    void write(std::string_view text) const {
        while (!text.empty()) {
            const auto sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("the peer cannot write");
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    void end_writing() const { ::shutdown(descriptor_, SHUT_WR); }
    /// As a machine that crashed and came back: the connection is reset.
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        ::close(std::exchange(descriptor_, -1));
    }
    /// What is there; never waits.
    std::string read_some() {
        std::string out(1 << 16, '\0');
        const auto count = ::recv(descriptor_, out.data(), out.size(), MSG_DONTWAIT);
        ended_ = ended_ || count == 0 || (count < 0 && errno != EAGAIN);
        out.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return out;
    }
    /// As read_some(), after waiting for something to be there.
    std::string wait_and_read(int milliseconds) {
        pollfd waiting{descriptor_, POLLIN, 0};
        ::poll(&waiting, 1, milliseconds);
        return read_some();
    }
    bool ended() const { return ended_; } ///< a read found the end, or a reset

  private:
    static TcpPeer connect(const sockaddr* at, socklen_t size, int receive_buffer) {
        TcpPeer out(::socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (receive_buffer > 0)
            ::setsockopt(out.descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        if (::connect(out.descriptor_, at, size) != 0) throw std::runtime_error("the peer cannot connect");
        return out;
    }

    int descriptor_ = -1;
    bool ended_ = false;
};

} // namespace cairn::test
