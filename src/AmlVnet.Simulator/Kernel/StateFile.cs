using System.Security.Cryptography;
using System.Text;

namespace AmlVnet.Simulator.Kernel;

/// <summary>
/// A journal: one line per acknowledged change, on disk before the answer leaves. A line that a crash cut short was never acknowledged
/// and is dropped. Several processes take turns through a lock file; each reads what the others wrote before it answers.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="records">What the simulator counts on in records of its own, such as operations, by their type.</param>
internal sealed class StateFile(string path, IReadOnlyDictionary<string, Shape> records) : IDisposable
{
    private const int Version = 1;
    private const long CompactAbove = 8 << 20;

    private static readonly Shape FileLine = Shape.Object(
        ("clock", Shape.Object(("simulated", Shape.Time.Required), ("real", Shape.Time.Required), ("scale", Shape.Number)).Required),
        ("changes", Shape.Map(Shape.Object(
            ("id", Shape.Text.Required),
            ("type", Shape.Text.Required),
            ("body", Shape.Object().Required),
            ("hidden", Shape.Object().Required))).Required));

    private readonly string _path = Path.GetFullPath(path);
    private FileStream? _lock;
    private string? _generation;
    private long _read;
    private ClockAnchor? _anchor;

    /// <summary>Waits for the other processes and brings the world up to date. Says whether there was a state at all.</summary>
    /// <exception cref="IOException">The file is not a simulator's state, or it is damaged before its last line.</exception>
    public bool Enter(World world, SimulatorClock clock)
    {
        TakeLock();
        try
        {
            return Read(world, clock);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Writes what changed and lets the others in.</summary>
    public void Commit(World world, SimulatorClock clock)
    {
        try
        {
            var anchor = clock.Anchor;
            if (_generation is null)
                Rewrite(world, anchor);
            else if (world.HasChanges || anchor != _anchor)
                Append(world.TakeChanges(), anchor);
            if (_read > CompactAbove && _read > 4 * _compactSize)
                Rewrite(world, anchor);
        }
        finally
        {
            Leave();
        }
    }

    private long _compactSize;

    public void Leave()
    {
        _lock?.Dispose();
        _lock = null;
    }

    /// <summary>After a failure: what is in memory may differ from the file, so the file is read anew next time.</summary>
    public void Abandon(World world)
    {
        world.Clear();
        _generation = null;
        _anchor = null;
        _read = 0;
        Leave();
    }

    public void Dispose() => Leave();

    private void TakeLock()
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var spin = new SpinWait();
        for (var tries = 0; ; tries++)
        {
            try
            {
                _lock = new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
                return;
            }
            catch (IOException) when (tries < 20_000)
            {
                spin.SpinOnce();
            }
        }
    }

    private bool Read(World world, SimulatorClock clock)
    {
        if (!File.Exists(_path) || new FileInfo(_path).Length == 0)
        {
            if (_generation is not null)
                world.Clear();
            _generation = null;
            _read = 0;
            return false;
        }
        using var file = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var fresh = _generation is null;
        if (!fresh)
        {
            // A rewritten file has another generation on its first line and is read anew.
            var head = Encoding.UTF8.GetBytes($"{{\"amlvnetSimulator\":{Version},\"generation\":\"{_generation}\"");
            var seen = new byte[head.Length];
            file.ReadAtLeast(seen, seen.Length, throwOnEndOfStream: false);
            fresh = !seen.AsSpan().SequenceEqual(head);
        }
        if (fresh)
        {
            world.Clear();
            _read = 0;
        }
        file.Position = _read;
        if (file.Length > _read)
        {
            var bytes = new byte[file.Length - _read];
            file.ReadExactly(bytes);
            ReadLines(bytes, world, clock, fresh);
        }
        if (file.Length > _read)
        {
            file.SetLength(_read);
            file.Flush(flushToDisk: true);
        }
        return true;
    }

    private void ReadLines(byte[] bytes, World world, SimulatorClock clock, bool fresh)
    {
        var start = 0;
        ClockAnchor? anchor = null;
        while (start < bytes.Length)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', start);
            if (end < 0)
                break;
            var line = Parse(bytes.AsMemory(start, end - start));
            if (line is null)
            {
                if (Array.IndexOf(bytes, (byte)'\n', end + 1) >= 0)
                    throw Damaged(_read + start);
                break;
            }
            if (fresh && _read == 0 && start == 0)
            {
                if (line.Whole("amlvnetSimulator") != Version)
                    throw new IOException($"'{_path}' is not a state file of this version of the simulator.");
                _generation = line.Text("generation") ?? throw Damaged(0);
                // What came after the snapshot counts towards the next one, also when another process wrote it.
                _compactSize = end + 1;
            }
            if (FileLine.Problem(line) is not null || !line.Object("changes")!.Select(change => change.Value).All(IsWhole))
                throw Damaged(_read + start);
            world.Apply(line.Object("changes")!);
            var saved = line.Object("clock");
            anchor = new ClockAnchor(saved.Time("simulated")!.Value, saved.Time("real")!.Value, saved.Number("scale"));
            start = end + 1;
        }
        if (fresh && start == 0)
            throw new IOException($"'{_path}' is not a state file of this simulator.");
        _read += start;
        if (anchor is not null && anchor != _anchor)
        {
            _anchor = anchor;
            clock.Resume(anchor);
        }
    }

    private IOException Damaged(long at) =>
        new($"'{_path}' is damaged at byte {at}: it is not a state file of this simulator, or it was edited.");

    private bool IsWhole(JsonNode? record) =>
        record is null || !records.TryGetValue(record.Text("type")!, out var shape) || shape.Problem(record["body"]) is null;

    private static JsonObject? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return Json.Parse(line) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private void Append(JsonObject changes, ClockAnchor anchor)
    {
        var line = Line(new JsonObject { ["clock"] = Clock(anchor), ["changes"] = changes });
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1);
        file.Position = _read;
        file.Write(line);
        file.Flush(flushToDisk: true);
        _read += line.Length;
        _anchor = anchor;
    }

    private void Rewrite(World world, ClockAnchor anchor)
    {
        var generation = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        var head = new JsonObject
        {
            ["amlvnetSimulator"] = Version,
            ["generation"] = generation,
            ["clock"] = Clock(anchor),
            ["changes"] = world.Snapshot(),
        };
        var line = Line(head);
        var fresh = _path + ".new";
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None, 1))
        {
            file.Write(line);
            file.Flush(flushToDisk: true);
        }
        File.Move(fresh, _path, overwrite: true);
        world.TakeChanges();
        (_generation, _read, _compactSize, _anchor) = (generation, line.Length, line.Length, anchor);
    }

    private static JsonObject Clock(ClockAnchor anchor) => new()
    {
        ["simulated"] = anchor.Simulated.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["real"] = anchor.Real.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["scale"] = anchor.Scale,
    };

    private static byte[] Line(JsonObject content) => Encoding.UTF8.GetBytes(content.ToJsonString(Json.Compact) + "\n");
}
