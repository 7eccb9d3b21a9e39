"""What can go wrong with the program or its surroundings, each with an exit code and a way out.

::

    FormgenError                     15  a fault in formgen
    ├── UsageError                    2  the command was given wrongly
    ├── MissingProgramError           3  an outside program or extra is not installed
    ├── UnreadableInputError          4  a file cannot be read; carries an issue code
    │   └── EncryptedInputError       8  a file is protected by a password
    ├── FileAccessError               5  a path cannot be read or written
    ├── ProgramFailedError            7  an outside program was started and failed
    ├── ConfigurationError            9  formgen.toml, a template or a scheme is wrong
    │   ├── SchemeError               9  a scheme.toml is wrong
    │   ├── TemplateError             9  a template is wrong
    │   └── DecisionNeededError       9  the regulation is silent and the office has not decided
    └── VerificationError            10  something is not what it was recorded to be

Faults of the *paper* are not here: they are ``formgen.model.Issue`` values, returned beside the results.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of the command line. Stable: scripts rely on them."""

    DONE = 0
    NEEDS_A_PERSON = 1
    USAGE = 2
    MISSING_PROGRAM = 3
    UNREADABLE_INPUT = 4
    FILE_ACCESS = 5
    PROGRAM_FAILED = 7
    ENCRYPTED = 8
    CONFIGURATION = 9
    VERIFICATION_FAILED = 10
    INTERNAL = 15
    INTERRUPTED = 130


class FormgenError(Exception):
    """A fault that ends a command. The message is Chinese, for a clerk, and says what to do."""

    exit_code = ExitCode.INTERNAL


class UsageError(FormgenError):
    """The command was given wrongly."""

    exit_code = ExitCode.USAGE


class MissingProgramError(FormgenError):
    """An outside program, or an optional part of formgen, is not installed."""

    exit_code = ExitCode.MISSING_PROGRAM


class UnreadableInputError(FormgenError):
    """A file cannot be read. ``code`` is the issue code under which it is set aside."""

    exit_code = ExitCode.UNREADABLE_INPUT

    def __init__(self, message: str, code: str = "unreadable") -> None:
        super().__init__(message)
        self.code = code


class EncryptedInputError(UnreadableInputError):
    """A file is protected by a password."""

    exit_code = ExitCode.ENCRYPTED

    def __init__(self, message: str) -> None:
        super().__init__(message, "encrypted")


class FileAccessError(FormgenError):
    """A path cannot be read or written."""

    exit_code = ExitCode.FILE_ACCESS


class ProgramFailedError(FormgenError):
    """An outside program was started and failed, or did not end in time."""

    exit_code = ExitCode.PROGRAM_FAILED


class ConfigurationError(FormgenError):
    """formgen.toml, a template or a scheme is wrong."""

    exit_code = ExitCode.CONFIGURATION


class SchemeError(ConfigurationError):
    """A scheme.toml is wrong: the message names the file, the key, the fault and a right value."""


class TemplateError(ConfigurationError):
    """A template is wrong: the message names the template, the place and the fault."""


class DecisionNeededError(ConfigurationError):
    """The regulation leaves a value open and the office has not decided it."""


class VerificationError(FormgenError):
    """Something is not what it was recorded to be."""

    exit_code = ExitCode.VERIFICATION_FAILED


class OpenDocumentWarning(UserWarning):
    """A document that is to be made anew is open in another program; the new one lies beside it. Chinese words."""
