namespace AmlVnet;

/// <summary>What kind of trouble an error is.</summary>
public enum ProblemKind
{
    /// <summary>A value that breaks a rule.</summary>
    InvalidValue,

    /// <summary>Something named does not exist.</summary>
    NotFound,

    /// <summary>Something exists already and is different.</summary>
    AlreadyExists,

    /// <summary>The state of a resource forbids it now.</summary>
    InvalidState,

    /// <summary>The caller, or the cluster, lacks a right.</summary>
    PermissionDenied,

    /// <summary>There is no usable sign-in.</summary>
    Authentication,

    /// <summary>It took longer than the caller allowed.</summary>
    Timeout,

    /// <summary>The service could not be reached, or answered with something that is not its protocol.</summary>
    Connection,

    /// <summary>The service did the work and failed.</summary>
    OperationFailed,
}

/// <summary>An error of this module: an id that never changes, what happened, and what to do.</summary>
public class AmlVnetException : Exception
{
    /// <summary>Makes an error.</summary>
    public AmlVnetException(string errorId, ProblemKind kind, string message, string? recommendedAction = null, string? target = null,
        Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorId = errorId;
        Kind = kind;
        RecommendedAction = recommendedAction;
        Target = target;
    }

    /// <summary>The stable id of the error.</summary>
    public string ErrorId { get; }

    /// <summary>The kind of trouble.</summary>
    public ProblemKind Kind { get; }

    /// <summary>A command, or a sentence, that helps.</summary>
    public string? RecommendedAction { get; }

    /// <summary>The resource id or the value that the error is about.</summary>
    public string? Target { get; }
}

/// <summary>An answer of Azure that says no.</summary>
public sealed class ArmRequestException : AmlVnetException
{
    /// <summary>Makes an error from what the service answered.</summary>
    public ArmRequestException(string errorId, ProblemKind kind, string message, int status, ArmErrorDetail? error, string? requestId,
        string? correlationId, string? recommendedAction = null, string? target = null, Exception? innerException = null)
        : base(errorId, kind, message, recommendedAction, target, innerException)
    {
        Status = status;
        Error = error;
        RequestId = requestId;
        CorrelationId = correlationId;
    }

    /// <summary>The HTTP status; 0 for an operation that was accepted and failed later.</summary>
    public int Status { get; }

    /// <summary>The service's own code, such as <c>AuthorizationFailed</c>.</summary>
    public string? Code => Error?.Code;

    /// <summary>The service's error with every nested detail.</summary>
    public ArmErrorDetail? Error { get; }

    /// <summary>The id under which Azure's support finds the request (<c>x-ms-request-id</c>).</summary>
    public string? RequestId { get; }

    /// <summary>The id that ties several requests together (<c>x-ms-correlation-request-id</c>).</summary>
    public string? CorrelationId { get; }
}
