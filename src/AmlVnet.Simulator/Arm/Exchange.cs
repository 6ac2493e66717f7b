namespace AmlVnet.Simulator.Arm;

/// <summary>A request on its way through the list of steps, and what they found out about it.</summary>
internal sealed class Exchange(ArmRequest request, IService service)
{
    public ArmRequest Request { get; } = request;

    public IService Service { get; } = service;

    /// <summary>The type that the request goes to, for the log and for fault rules.</summary>
    public string? ResourceType { get; } = service.NameOf(request.Path);

    public string RequestId { get; } = Guid.NewGuid().ToString();

    /// <summary>How many requests of this kind the caller may still send, where that is limited.</summary>
    public int? Left { get; set; }

    /// <summary>The fault rule that shaped the answer.</summary>
    public string? FaultId { get; set; }

    public string? ErrorCode { get; set; }
}

/// <summary>One step of a request's way.</summary>
internal interface IStep
{
    /// <summary>Passes an exchange on, or ends it.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="next">The steps after this one.</param>
    /// <exception cref="ArmException">The request is refused.</exception>
    Answer Take(Exchange exchange, Func<Answer> next);
}

/// <summary>The last step: the service itself.</summary>
internal sealed class Routing : IStep
{
    public Answer Take(Exchange exchange, Func<Answer> next) => exchange.Service.Handle(exchange.Request);
}
