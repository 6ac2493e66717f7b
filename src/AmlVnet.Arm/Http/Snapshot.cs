using System.Collections.Concurrent;

namespace AmlVnet.Arm.Http;

/// <summary>
/// What one command has read: each address once, shared by all records of its pipeline. What the command itself changes is forgotten, and
/// read anew when it is asked for.
/// </summary>
internal sealed class Snapshot
{
    // A pipeline of thousands of records reads each thing once, and keeps no more than this of what is behind it.
    private const int MostKept = 1000;

    private readonly ConcurrentDictionary<string, Answer> _answers = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>The answer of an address; asked for where nobody has yet. A failure that may pass is kept for nobody.</summary>
    internal async Task<T> ReadAsync<T>(Uri address, Func<Task<T>> read)
    {
        var key = address.PathAndQuery;
        var isNew = false;
        var answer = _answers.GetOrAdd(key, _ =>
        {
            isNew = true;
            _order.Enqueue(key);
            return new(new(async () => await read().ConfigureAwait(false)));
        });
        if (isNew) Trim();
        else answer.IsAsked = true;
        try
        {
            return (T)(await answer.Read.Value.ConfigureAwait(false))!;
        }
        catch (Exception e) when (e is not AmlVnetException { Kind: ProblemKind.PermissionDenied or ProblemKind.NotFound })
        {
            _answers.TryRemove(new(key, answer));
            throw;
        }
    }

    /// <summary>Lets the oldest go, but for those that were asked for since they were last looked at: what many records share
    /// stays.</summary>
    private void Trim()
    {
        while (_order.Count > MostKept && _order.TryDequeue(out var oldest))
        {
            if (!_answers.TryGetValue(oldest, out var answer)) continue;
            if (answer.IsAsked)
            {
                answer.IsAsked = false;
                _order.Enqueue(oldest);
            }
            else
            {
                _answers.TryRemove(new(oldest, answer));
            }
        }
    }

    /// <summary>Forgets a resource, what is under it, and the lists that it is in.</summary>
    internal void Forget(string id)
    {
        foreach (var key in _answers.Keys)
        {
            var path = key.Split('?')[0];
            if (IsUnder(path, id) || IsListOf(path, id)) _answers.TryRemove(key, out _);
        }
    }

    /// <summary>Forgets what one address answered.</summary>
    internal void ForgetOne(string path)
    {
        foreach (var key in _answers.Keys)
            if (key.Split('?')[0].Equals(path, StringComparison.OrdinalIgnoreCase))
                _answers.TryRemove(key, out _);
    }

    /// <summary>Forgets all resources of a type, and all lists of them.</summary>
    internal void ForgetType(string type)
    {
        foreach (var key in _answers.Keys)
            if (key.Contains("/providers/" + type, StringComparison.OrdinalIgnoreCase))
                _answers.TryRemove(key, out _);
    }

    private sealed class Answer(Lazy<Task<object?>> read)
    {
        internal Lazy<Task<object?>> Read => read;

        /// <summary>Whether somebody asked for it since it was last looked at.</summary>
        internal bool IsAsked { get; set; }
    }

    private static bool IsUnder(string path, string id) =>
        path.StartsWith(id, StringComparison.OrdinalIgnoreCase) && (path.Length == id.Length || path[id.Length] == '/');

    // A list's address is that of its items without their names, from whatever scope it is asked.
    private static bool IsListOf(string path, string id) =>
        path.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase) is var at and >= 0
        && id.Contains(path[at..] + "/", StringComparison.OrdinalIgnoreCase) && IsUnder(id, path[..at]);
}
