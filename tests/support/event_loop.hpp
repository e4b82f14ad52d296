// The io_context of tests that drive parts of net/transport: turned by hand, until something has happened.
// Asio itself is compiled once, in cairn_transport, with these two settings; they must stand before its
// headers.
#pragma once

#ifndef BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_SEPARATE_COMPILATION
#endif
#ifndef BOOST_ASIO_NO_DEPRECATED
#define BOOST_ASIO_NO_DEPRECATED
#endif
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>

namespace cairn::test {

class EventLoop {
  public:
    static constexpr std::chrono::seconds deadline{
        20}; ///< for what must happen; a slow machine is no failure

    boost::asio::io_context& context() { return context_; }

    /// Turns until `happened()`; false where that takes longer than `limit`.
    template <typename Condition>
    bool until(const Condition& happened, std::chrono::milliseconds limit = deadline) {
        const auto end = std::chrono::steady_clock::now() + limit;
        context_.restart();
        while (!happened()) {
            if (std::chrono::steady_clock::now() >= end) return false;
            context_.run_one_for(std::chrono::milliseconds(10));
        }
        return true;
    }
    /// Turns until nothing is at hand.
    void drain() {
        context_.restart();
        while (context_.poll() > 0) {
        }
    }

  private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
};

} // namespace cairn::test
