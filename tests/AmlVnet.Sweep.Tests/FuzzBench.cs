namespace AmlVnet.Sweep.Tests;

/// <summary>Worlds that are kept, so that thousands of answers can be tried.</summary>
internal sealed class FuzzBench : IDisposable
{
    private readonly Dictionary<Swept, (SweptWorld World, IReadOnlyList<Asked> Requests)> _worlds = [];

    public int RequestsOf(Swept swept) => Of(swept).Requests.Count;

    /// <summary>Runs a command one of whose requests is answered otherwise; what is wrong with what it says then, or null.</summary>
    public string? Try(Swept swept, int nth, Func<FuzzedAnswer, FuzzedAnswer> answer)
    {
        var (world, requests) = Of(swept);
        world.Renew();
        world.Proxy.Arm(requests[nth % requests.Count], new Fault("fuzzed", Reach.All, async hit =>
        {
            using var real = await hit.PassAsync();
            var headers = real.Headers.Concat(real.Content.Headers).Where(static header => header.Key != "Content-Length")
                .Select(static header => (header.Key, string.Join(',', header.Value)));
            return answer(new FuzzedAnswer((int)real.StatusCode, [.. headers], await real.Content.ReadAsByteArrayAsync())).ToMessage();
        }));
        var ran = world.Run(swept.Script);
        foreach (var error in ran.Errors)
        {
            if (error.Exception is not AmlVnetException own) return $"not ours: {error.Exception}";
            if (own.ErrorId == "Unexpected") return $"unexpected: {own.InnerException}";
            var text = own.Message + error.ErrorDetails?.RecommendedAction;
            if (text.Any(static c => char.IsControl(c) && c is not ('\r' or '\n'))) return $"control characters: {text}";
            if (text.Length > 12_000) return $"{text.Length} characters";
            if (own.Kind == ProblemKind.OperationFailed && string.IsNullOrWhiteSpace(error.ErrorDetails?.RecommendedAction))
                return $"no recommended action: {text}";
        }

        return ran.Errors.Count > 1 ? $"{ran.Errors.Count} errors: {ran.Said}" : null;
    }

    public void Dispose()
    {
        foreach (var (world, _) in _worlds.Values) world.Dispose();
    }

    private (SweptWorld World, IReadOnlyList<Asked> Requests) Of(Swept swept)
    {
        if (_worlds.TryGetValue(swept, out var known)) return known;
        var world = new SweptWorld(swept.Scenario);
        if (swept.Before.Length > 0) Assert.Empty(world.Run(swept.Before).Errors);
        world.Settle();
        world.Keep();
        world.Renew();
        Assert.Empty(world.Run(swept.Script).Errors);
        return _worlds[swept] = (world, world.Proxy.Order);
    }
}
