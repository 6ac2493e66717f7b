namespace AmlVnet.Simulator.Control;

/// <summary>The requests that this process answered.</summary>
internal sealed class RequestLog
{
    private const int Limit = 20_000;

    private readonly Queue<SimulatorLogEntry> _entries = new();
    private long _served;

    /// <summary>Those that are kept, oldest first.</summary>
    public IReadOnlyList<SimulatorLogEntry> Entries
    {
        get
        {
            lock (_entries)
                return [.. _entries];
        }
    }

    public void Note(Exchange exchange, int status)
    {
        var request = exchange.Request;
        lock (_entries)
        {
            _entries.Enqueue(new SimulatorLogEntry
            {
                Number = ++_served,
                Time = request.Now,
                Method = request.Method,
                Path = request.Http.Uri.AbsolutePath,
                ApiVersion = request.ApiVersion.Length == 0 ? null : request.ApiVersion,
                ResourceType = exchange.ResourceType,
                Status = status,
                ErrorCode = exchange.ErrorCode,
                FaultId = exchange.FaultId,
                IsWrite = exchange.Service.IsResourceManager && request.Method is not ("GET" or "HEAD")
                    && !request.Path.Namespace.Same("Microsoft.ResourceGraph")
                    && request.Tail?.StartsWith("list", StringComparison.OrdinalIgnoreCase) != true,
            });
            if (_entries.Count > Limit)
                _entries.Dequeue();
        }
    }

    public void Clear()
    {
        lock (_entries)
            _entries.Clear();
    }
}
