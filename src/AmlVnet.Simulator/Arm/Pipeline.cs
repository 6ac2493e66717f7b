namespace AmlVnet.Simulator.Arm;

/// <summary>The way of every request: through the steps in their order, and what comes of it becomes an answer.</summary>
/// <param name="state">The state, whose time is the request's.</param>
/// <param name="services">The services; the first that takes an address has it.</param>
/// <param name="steps">The steps, the service last.</param>
/// <param name="responder">What makes the answer.</param>
internal sealed class Pipeline(CloudState state, IReadOnlyList<IService> services, IReadOnlyList<IStep> steps, Responder responder)
{
    /// <summary>Answers a request, also one that nothing here can work on.</summary>
    public (Exchange Exchange, SimulatorResponse Response) Serve(SimulatorRequest request)
    {
        var query = QueryString.Of(request.Uri);
        var exchange = new Exchange(
            new ArmRequest
            {
                Http = request,
                Path = ResourcePath.Parse(request.Uri.AbsolutePath),
                Query = query,
                ApiVersion = query.GetValueOrDefault("api-version") ?? "",
                Now = state.Now,
            },
            services.First(service => service.Takes(request.Uri)));
        return (exchange, responder.Answer(exchange, () => From(0, exchange)));
    }

    private Answer From(int step, Exchange exchange) => steps[step].Take(exchange, () => From(step + 1, exchange));
}
