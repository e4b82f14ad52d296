#include <base/utf8.hpp>
#include <cli/output/streams.hpp>
#include <cli/script/faults.hpp>
#include <store/fault.hpp>

#include <filesystem>
#include <new>

namespace cairn::cli {

Failure failure_of_current_exception() {
    try {
        throw;
    } catch (const ClosedPipe&) {
        throw;
    } catch (const DamagedStore& damage) {
        Failure why{"store_damaged",
                    Exit::damaged,
                    "the store is damaged: " + escape_for_display(damage.what()),
                    "keep a copy of the data directory; if only index/ is damaged, --reindex makes it anew",
                    {}};
        why.extra["file"] = damage.file();
        why.extra["offset"] = damage.offset();
        return why;
    } catch (const store::ForeignStore& foreign) {
        return {"foreign_store", Exit::failed, escape_for_display(foreign.what()), {}, {}};
    } catch (const store::IoFault& fault) {
        const bool full = fault.disk_full();
        return {full ? "disk_full" : "io_error",
                Exit::failed,
                escape_for_display(fault.what()),
                full ? "nothing that was acknowledged is lost; make room and start again" : "",
                {}};
    } catch (const Fault& fault) {
        return {"fault", Exit::failed, escape_for_display(fault.what()), {}, {}};
    } catch (const std::filesystem::filesystem_error& error) {
        return {"io_error",
                Exit::failed,
                escape_for_display(error.path1().string() + ": " + error.code().message()),
                {},
                {}};
    } catch (const std::bad_alloc&) {
        return {"out_of_memory", Exit::failed, "there is not enough memory", {}, {}};
    } catch (...) {
        return {"internal_error",
                Exit::failed,
                "cairn met a defect of its own and gave this command up",
                "what is stored is not touched by it; please report what you typed",
                {}};
    }
}

Reply guarded(const std::function<Reply()>& work) {
    try {
        return work();
    } catch (...) {
        return fail(failure_of_current_exception());
    }
}

} // namespace cairn::cli
