"""Tables for `graders.explorer.tells`: what programs about shared data use, and what tells of a grader."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHOWS = _words("print write writelines info debug warning error critical exception log log_to_stderr pprint")
"""Functions and methods that show what they are given."""

KEEPS = _words(
    "str repr int float round len format sorted list tuple set dict abs sum join ljust rjust strip decode "
    "upper lower hex format_exc"
)
"""Those that give it back in another form."""

MODULES = _words(
    "colorama numpy rich termcolor tqdm "
    "__future__ abc argparse array asyncio atexit base64 bisect calendar cmath codecs collections "
    "concurrent contextlib contextvars copy csv ctypes dataclasses datetime decimal enum errno fcntl "
    "fractions functools gc glob graphlib hashlib heapq inspect io itertools json locale logging math "
    "mmap multiprocessing numbers operator os pathlib pickle platform pprint queue random re resource "
    "sched secrets select selectors shelve shutil signal socket sqlite3 statistics string struct "
    "subprocess sys tempfile textwrap threading time timeit traceback types typing unicodedata unittest "
    "urllib uuid warnings weakref zlib zoneinfo"
)
"""Modules that may be imported: those that are not there to look into the interpreter."""

USED: dict[str, frozenset[str]] = {
    "os": _words(
        "fork _exit wait waitpid waitstatus_to_exitcode getpid kill killpg abort cpu_count "
        "process_cpu_count sched_yield path environ getenv putenv urandom name linesep sep pathsep pipe "
        "read write close fdopen open unlink remove rename replace mkdir makedirs rmdir getcwd "
        "register_at_fork fsync fspath devnull mkfifo link listdir scandir walk stat access error "
        "PathLike getlogin umask setsid setpgid dup2 eventfd eventfd_read eventfd_write strerror "
        "ftruncate"
    ),
    "sys": _words(
        "argv exit stdout stderr stdin __stdout__ __stderr__ path platform version version_info maxsize "
        "executable setswitchinterval getswitchinterval exc_info "
        "intern excepthook byteorder hexversion float_info int_info getsizeof getdefaultencoding "
        "displayhook _is_gil_enabled"
    ),
    "sys.stdout": _words("write writelines flush buffer reconfigure encoding fileno"),
    "time": _words(
        "sleep time monotonic perf_counter time_ns monotonic_ns perf_counter_ns strftime localtime gmtime "
        "ctime asctime struct_time mktime strptime timezone tzset"
    ),
    "threading": _words(
        "Thread Lock RLock Condition Semaphore BoundedSemaphore Event Barrier Timer local current_thread "
        "get_ident get_native_id active_count enumerate main_thread BrokenBarrierError excepthook "
        "ExceptHookArgs TIMEOUT_MAX"
    ),
    "ctypes": _words(
        "Structure Union Array LittleEndianStructure BigEndianStructure _SimpleCData sizeof alignment "
        "POINTER pointer byref cast addressof memmove memset create_string_buffer create_unicode_buffer"
    ),
    "types": _words("SimpleNamespace MappingProxyType TracebackType MethodType NoneType new_class"),
    "traceback": _words("print_exc format_exc print_exception format_exception print_tb"),
    "signal": _words("signal alarm pause raise_signal setitimer Signals sigwait siginterrupt"),
    "inspect": _words("cleandoc"),
    "gc": _words("collect disable enable freeze set_threshold"),
    "resource": _words("setrlimit"),
    "fcntl": _words("flock lockf"),
    "platform": _words("system python_version machine node"),
    "builtins": _words("print"),
    "multiprocessing.sharedctypes": _words(
        "RawValue RawArray Value Array copy synchronized Synchronized SynchronizedArray"
    ),
    "multiprocessing.process": _words("current_process active_children BaseProcess Process"),
    "multiprocessing.util": _words("log_to_stderr get_logger Finalize register_after_fork"),
}
"""What programs use of the modules through which machine and interpreter can be seen."""

PREFIXES = (
    *("O_", "W", "EX_", "P_", "SEEK_", "F_", "LOCK_", "RLIMIT_", "RLIM_", "RUSAGE_"),
    *("c_", "SIG", "ITIMER_", "SCHED_", "EFD_"),
)
"""Beginnings of names of constants and of ctypes' simple types."""

WIDE = _words("os sys inspect gc builtins resource types")
"""Modules of which no program needs everything."""

ASKING = _words("type getattr hasattr isinstance issubclass setattr delattr")
"""Functions that are looked at where they are called, and so must be called by their names."""

_MADE = "runs code that is made while it runs"
_OTHERS = "starts other programs"
_C = "calls functions of C's"
_MEMORY = "reaches for memory by its address"
ACTS = frozenset({_MADE, _OTHERS, _C, _MEMORY})
"""What does something whether or not anybody looks at what it gives."""

_NAMES = {
    "looks at the modules that are loaded": (
        "modules meta_path path_hooks path_importer_cache builtin_module_names"
    ),
    "looks at the frames of its callers": (
        "_getframe _getframemodulename _current_frames currentframe f_back f_code f_globals f_locals "
        "f_builtins f_lineno f_trace f_lasti tb_frame tb_next gi_frame cr_frame ag_frame extract_stack "
        "format_stack print_stack walk_stack walk_tb extract_tb getouterframes getinnerframes "
        "__traceback__ stack_info StackSummary findCaller"
    ),
    "looks whether it is traced": (
        "gettrace settrace getprofile setprofile monitoring addaudithook _xoptions _settraceallthreads"
    ),
    "looks at the objects of the whole process": (
        "get_objects get_referrers get_referents get_freeze_count get_stats get_count is_tracked "
        "is_finalized isenabled getrefcount getallocatedblocks __subclasses__ getweakrefs getweakrefcount"
    ),
    "looks how deep it is called": "RecursionError setrecursionlimit getrecursionlimit",
    "looks at how it was started": (
        "__loader__ __spec__ __cached__ __package__ __builtins__ orig_argv"
    ),
    "looks at the processes around it": (
        "getppid parent_process getpgid getpgrp getsid pidfd_open psutil authkey"
    ),
    "looks at what its steps cost": (
        "getrusage process_time process_time_ns thread_time thread_time_ns clock_gettime clock_gettime_ns "
        "getloadavg"
    ),
    "looks at what the system says of it": (
        "getrlimit prlimit sched_getaffinity sched_getscheduler sched_getcpu getpriority nice fstat "
        "fstatvfs statvfs isatty ttyname readlink get_terminal_size get_inheritable get_blocking fromfd "
        "sysconf getxattr seekable lseek"
    ),
    _MADE: (
        "exec eval compile __import__ globals locals vars dir importlib import_module FunctionType "
        "CodeType LambdaType breakpoint run_path run_module"
    ),
    _OTHERS: "subprocess system popen spawnv posix_spawn execv execve execvp execl create_subprocess_exec",
    _C: "CDLL PyDLL LibraryLoader cdll pydll dlopen pythonapi",
    _MEMORY: "from_address string_at wstring_at memoryview_at py_object",
}  # fmt: skip

ANYWHERE: dict[str, str] = {name: what for what, names in _NAMES.items() for name in names.split()}
"""Names that look, or act unseen, whatever they belong to."""

NEVER_OWN = frozenset(name for name in ANYWHERE if "_" in name[:3])
"""Names of frames and of the interpreter's: that the source has an attribute of that name excuses nothing."""

PLAIN = frozenset({"re.compile", "platform.system", "datetime.time", "time.time"})
"""What is named like something that looks, and is not."""

INTROSPECTIVE = _words(
    "__dict__ __code__ __globals__ __closure__ __defaults__ __kwdefaults__ __module__ __qualname__ "
    "__mro__ mro __base__ __bases__ __getattribute__ __reduce__ __reduce_ex__ __wrapped__ __self__ "
    "__func__ __text_signature__ __signature__ __sizeof__ __dir__ __objclass__ __class__ __weakref__ "
    "__slots__ __basicsize__ __flags__ __name__ __doc__ __annotations__"
)
"""Attributes by which a function or class of Python's is known from a built-in one."""

PRIVATE = _words(
    "_exit _identity _asdict _replace _make _fields _fields_ _pack_ _type_ _length_ _anonymous_ "
    "_SimpleCData _obj _lock _is_gil_enabled"
)
"""Inner attributes that honest programs use, or must."""

PLAIN_TYPES = _words("int float str bytes bool list tuple dict set frozenset complex range object Exception")

BUILT_IN = frozenset(
    {"time.sleep", "os.fork", "os._exit", "time.time", "time.monotonic", "os.kill", "os.wait"}
)
"""Functions that take no arguments by name, unless they are none of Python's own."""

OPENERS = _words(
    "open listdir scandir walk stat lstat exists isfile isdir islink ismount access getsize getmtime glob "
    "iglob Path realpath samefile"
)
"""Functions that are given a path first."""

WRITERS = _words("repr ascii str format dumps")
"""Functions that write an object out."""

PATHS = _words("join Path dirname abspath str realpath fspath")
"""Functions that make a path of their first argument."""

OWN_PLACES = ("/tmp/", "/dev/shm/", "/dev/null", "/dev/urandom")  # noqa: S108 - names in other people's sources

KERNEL_PATHS = ("/proc", "proc/", "/sys/", "/dev/", "self/", "/run/", "thread-self", "cgroup")
"""What is in the paths of files that tell of processes and of the machine."""

DIFFERS = _words(
    "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns now today getpid pid ident native_id "
    "get_ident random randint randrange choice uniform sample argv environ getenv cpu_count open exists "
    "isfile listdir stat hash id is_alive exitcode active_children urandom uuid4 getcwd addressof getsizeof "
    "sentinel alarm setitimer Thread poll qsize empty"
)
"""What may differ from run to run, and so between runs that are watched and others."""

SIGNS = frozenset(ANYWHERE) | ASKING | INTROSPECTIVE | WRITERS | OPENERS
"""Names that have to be looked at, whatever they belong to."""
