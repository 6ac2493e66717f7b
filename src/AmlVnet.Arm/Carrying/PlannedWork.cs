using AmlVnet.Core.Changes;

namespace AmlVnet.Arm.Carrying;

/// <summary>A plan, how to carry out each of its steps, and what to show at the end.</summary>
/// <typeparam name="T">The object that the command emits.</typeparam>
internal sealed record PlannedWork<T>(
    OperationPlan Plan,
    Func<PlanStep, CancellationToken, Task> CarryOut,
    Func<CancellationToken, Task<T>> Finish)
    where T : class;
