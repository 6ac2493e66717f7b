using System.Globalization;

namespace AmlVnet.Simulator.Arm;

/// <summary>A long-running operation. It lives in the state and finishes when somebody looks after its time has come.</summary>
internal sealed class Operation(Resource record)
{
    public const string Running = "simulator/operations/running";

    public const string Finished = "simulator/operations/finished";

    /// <summary>What a record of one holds.</summary>
    public static Shape Shape { get; } = Shape.Object(
        ("name", Shape.Text.Required),
        ("kind", Shape.Text.Required),
        ("target", Shape.Text.Required),
        ("status", Shape.Text.Required),
        ("started", Shape.Time.Required),
        ("due", Shape.Time.Required),
        ("order", Shape.Whole.Required),
        ("payload", Shape.Object().Required),
        ("plannedError", Shape.Object()),
        ("error", Shape.Object()));

    public Resource Record { get; } = record;

    public string Name => Record.Body.Text("name")!;

    /// <summary>What finishes it, such as <c>compute.create</c>.</summary>
    public string Kind => Record.Body.Text("kind")!;

    public string Target => Record.Body.Text("target")!;

    public string Status => Record.Body.Text("status")!;

    public DateTimeOffset Started => Record.Body.Time("started")!.Value;

    public DateTimeOffset Due => Record.Body.Time("due")!.Value;

    public long Order => (long)Record.Body.Number("order")!;

    public JsonObject Payload => Record.Body.Object("payload")!;

    /// <summary>The error that it is to end with, whatever it would do; null for none.</summary>
    public JsonObject? PlannedError => Record.Body.Object("plannedError");

    public JsonObject? Error => Record.Body.Object("error");
}

/// <summary>The long-running operations and what finishes each kind.</summary>
/// <param name="state">Where they are kept.</param>
/// <param name="plannedError">The error that an operation which begins now is to end with, or null.</param>
internal sealed class Operations(CloudState state, Func<JsonObject?> plannedError)
{
    private readonly Dictionary<string, Func<Operation, DateTimeOffset, JsonObject?>> _endings = new(StringComparer.Ordinal);

    /// <summary>Registers what is to happen when an operation of a kind comes due. It returns the error it ends with, or null.</summary>
    public void On(string kind, Func<Operation, DateTimeOffset, JsonObject?> ending) => _endings[kind] = ending;

    public Operation Start(string kind, string target, TimeSpan lasts, JsonObject? payload = null)
    {
        var now = state.Now;
        var name = state.Identifiers.Text();
        var body = new JsonObject
        {
            ["name"] = name,
            ["kind"] = kind,
            ["target"] = target,
            ["status"] = "InProgress",
            ["started"] = now.ToString("O", CultureInfo.InvariantCulture),
            ["due"] = (now + lasts).ToString("O", CultureInfo.InvariantCulture),
            ["order"] = state.Identifiers.Sequence(),
            ["payload"] = payload ?? [],
        };
        if (plannedError() is { } planned)
            body["plannedError"] = planned;
        return new Operation(state.World.Save(new Resource(RecordId(name), Operation.Running, body)));
    }

    public Operation? Find(string name) =>
        state.World.Find(RecordId(name)) is { } record ? new Operation(record) : null;

    /// <summary>The unfinished operation on a resource, if there is one.</summary>
    public Operation? Running(string target) => state.World.OfType(Operation.Running)
        .Where(r => r.Body.Text("target").Same(target))
        .Select(r => new Operation(r)).FirstOrDefault();

    /// <summary>Finishes everything that is due, in the order of time.</summary>
    public void CatchUp(DateTimeOffset now)
    {
        while (true)
        {
            var due = state.World.OfType(Operation.Running)
                .Select(r => new Operation(r))
                .Where(o => o.Due <= now)
                .OrderBy(o => o.Due).ThenBy(o => o.Order)
                .FirstOrDefault();
            if (due is null)
                return;
            var body = due.Record.Body;
            var error = state.At(due.Due, () => End(due));
            body["status"] = error is null ? "Succeeded" : "Failed";
            body["ended"] = due.Due.ToString("O", CultureInfo.InvariantCulture);
            if (error is not null)
                body["error"] = error.DeepClone();
            state.World.Save(new Resource(due.Record.Id, Operation.Finished, body));
        }
    }

    /// <summary>Does what an operation is for. What breaks fails the operation, and never the world.</summary>
    private JsonObject? End(Operation due)
    {
        if (!_endings.TryGetValue(due.Kind, out var ending))
            return due.PlannedError;
        state.World.Settle();
        try
        {
            return ending(due, due.Due);
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            state.World.Undo();
            if (state.World.Find(due.Target) is { } target)
            {
                target.State = "Failed";
                state.World.Save(target);
            }
            return ArmException.Detail("InternalServerError", $"The simulator could not finish this operation: {defect.Message}");
        }
    }

    private static string RecordId(string name) => "simulator/operations/" + name;
}
