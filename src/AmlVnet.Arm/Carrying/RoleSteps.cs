using AmlVnet.Core.Access;

namespace AmlVnet.Arm.Carrying;

/// <summary>Assigns and removes roles.</summary>
internal sealed class RoleSteps(AzureReader azure)
{
    private RoleAssignmentsClient Assignments => azure.Connection.Services.RoleAssignments;

    /// <summary>The outcome has no assignment when somebody else's of the same role, scope and principal was there first.</summary>
    internal async Task<Outcome> AssignAsync(AssignRole step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.AssignmentId);
        var patience = azure.Wait.Patience;
        var start = patience.Now;
        AmlVnetException? last = null;
        try
        {
            return await patience.TryAsync(
                new Waiting($"Granting {WellKnownRoles.NetworkContributorName}", start),
                [Retries.PrincipalUnknown], async token =>
                {
                    try
                    {
                        var answered = await Assignments.PutAsync(id, step.RoleDefinitionId, step.PrincipalId, token).ConfigureAwait(false);
                        return new Outcome
                        {
                            Step = step,
                            Assignment = await ReadBackAsync(id, answered, step.PrincipalId, token).ConfigureAwait(false)
                        };
                    }
                    catch (ArmRequestException e) when (e.Code == "RoleAssignmentExists")
                    {
                        return new Outcome { Step = step };
                    }
                    catch (ArmRequestException e) when (Retries.PrincipalUnknown.Applies(e))
                    {
                        last = e;
                        throw;
                    }
                }, cancel, _ => $"waiting for the directory to know {step.PrincipalId}").ConfigureAwait(false);
        }
        catch (ArmRequestException e) when (ReferenceEquals(e, last))
        {
            throw Problems.PrincipalNotReplicated(step.PrincipalId, patience.Now - start, e);
        }
    }

    /// <summary>Removes an assignment, and looks whether it is gone.</summary>
    internal async Task<Outcome> UnassignAsync(UnassignRole step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.AssignmentId);
        await Assignments.DeleteAsync(id, cancel).ConfigureAwait(false);
        await azure.Wait.ReadBackAsync(id, token => Assignments.FindAsync(id, token), static now => now is null,
            static _ => "the role is still assigned", null, cancel).ConfigureAwait(false);
        return new Outcome { Step = step };
    }

    /// <summary>The assignment that was made, as it is read back.</summary>
    private async Task<WireRoleAssignment> ReadBackAsync(ArmId assignment, WireRoleAssignment? answered, string principalId,
        CancellationToken cancel)
    {
        try
        {
            return (await azure.Wait.ReadBackAsync(assignment, token => Assignments.FindAsync(assignment, token),
                now => principalId.Equals(now?.Properties?.PrincipalId, StringComparison.OrdinalIgnoreCase),
                static _ => "the role is not assigned", null, cancel)
                .ConfigureAwait(false))!;
        }
        // Whoever may assign roles need not be allowed to read them; then the service's own answer, which is the assignment, has to do.
        catch (AmlVnetException e) when (e.Kind == ProblemKind.PermissionDenied && answered is not null)
        {
            ActivityLog.Current.Warning($"The assignment can't be read back: {e.Message}");
            return answered;
        }
    }
}
