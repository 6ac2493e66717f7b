namespace AmlVnet.Cmdlets.Streams;

/// <summary>Turns the module's errors into PowerShell's.</summary>
internal static class ErrorRecords
{
    internal static ErrorRecord ToErrorRecord(this Exception exception)
    {
        if (exception is not AmlVnetException known)
            return new ErrorRecord(exception, "Unexpected", ErrorCategory.NotSpecified, null);
        var record = new ErrorRecord(known, known.ErrorId, CategoryOf(known.Kind), known.Target);
        if (known.RecommendedAction is { } action) record.ErrorDetails = new ErrorDetails(known.Message) { RecommendedAction = action };
        return record;
    }

    /// <summary>Whether no other record can fare better.</summary>
    internal static bool IsTerminating(this Exception exception) => exception is AmlVnetException { Kind: ProblemKind.Authentication };

    private static ErrorCategory CategoryOf(ProblemKind kind) => kind switch
    {
        ProblemKind.InvalidValue => ErrorCategory.InvalidArgument,
        ProblemKind.NotFound => ErrorCategory.ObjectNotFound,
        ProblemKind.AlreadyExists => ErrorCategory.ResourceExists,
        ProblemKind.InvalidState => ErrorCategory.InvalidOperation,
        ProblemKind.PermissionDenied => ErrorCategory.PermissionDenied,
        ProblemKind.Authentication => ErrorCategory.AuthenticationError,
        ProblemKind.Timeout => ErrorCategory.OperationTimeout,
        ProblemKind.Connection => ErrorCategory.ConnectionError,
        ProblemKind.OperationFailed => ErrorCategory.InvalidResult,
        _ => ErrorCategory.NotSpecified,
    };
}
