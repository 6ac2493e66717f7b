namespace AmlVnet.Arm.Carrying;

/// <summary>The names of private endpoints in private DNS zones: finds the zone in reach, writes the A record, and removes ours.</summary>
internal sealed class DnsNames(AzureWork azure)
{
    /// <summary>Looks, before the first write, whether a zone can take the name of an endpoint.</summary>
    /// <param name="compute">The compute.</param>
    /// <param name="zone">The zone.</param>
    /// <param name="cname">The host name of its certificate; null without one.</param>
    /// <param name="address">Its private address; null while it has none.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="AmlVnetException">There is no such zone, it can't hold the name, or somebody else's record has it.</exception>
    internal async Task RequireFreeAsync(ArmId compute, ArmId zone, string? cname, string? address, CancellationToken cancel)
    {
        await RequireZoneAsync(zone, cancel).ConfigureAwait(false);
        var record = DnsPlans.RecordOf(zone, DnsPlans.NameOf(compute, cname, zone.Name)!);
        DnsPlans.Write(record, compute, address ?? "the address that the endpoint gets",
            await FindAsync(record, cancel).ConfigureAwait(false));
    }

    private async Task RequireZoneAsync(ArmId zone, CancellationToken cancel)
    {
        if (await azure.PrivateDns.FindZoneAsync(zone, cancel).ConfigureAwait(false) is null)
            throw Problems.ResourceNotFound("private DNS zone", zone.ToString());
    }

    /// <summary>Plans the A record of an endpoint that has its address.</summary>
    internal async Task<PlannedWork<PrivateDnsName>> PlanWriteAsync(ArmId compute, ArmId zone, CancellationToken cancel)
    {
        await RequireZoneAsync(zone, cancel).ConfigureAwait(false);
        var shown = (await azure.Clusters.FindAsync(compute, cancel).ConfigureAwait(false)).Shown!;
        if (shown is not { IsPrivate: true, ScoringIPAddress: { } address })
            throw Problems.WrongState("compute", compute.ToString(), shown.ProvisioningState, "Its endpoint has no private address yet.");
        var record = DnsPlans.RecordOf(zone, DnsPlans.NameOf(compute, shown.SslCname, zone.Name)!);
        var plan = DnsPlans.Write(record, compute, address, await FindAsync(record, cancel).ConfigureAwait(false));
        return new NameWork(azure, plan, new PrivateDnsName
        {
            Name = DnsPlans.NameOf(record),
            Address = address,
            ZoneId = zone.ToString(),
            IsWritten = true,
            Reason = "The zone has the name.",
        });
    }

    /// <summary>Plans the removing of what this module wrote for a compute.</summary>
    internal async Task<PlannedWork<PrivateDnsName>> PlanRemoveAsync(ArmId compute, ArmId? zone, CancellationToken cancel)
    {
        var found = await azure.Clusters.FindAsync(compute, cancel).ConfigureAwait(false);
        var shown = found.Shown!;
        IReadOnlyList<ArmId> zones = zone is not null ? [zone] : await ListZonesAsync(found, cancel).ConfigureAwait(false) ?? [];
        var records = new List<AddressRecordFacts>();
        foreach (var one in zones)
            if (DnsPlans.NameOf(compute, shown.SslCname, one.Name) is { } name && DnsPlans.Holds(one.Name, name)
                && await FindAsync(DnsPlans.RecordOf(one, name), cancel).ConfigureAwait(false) is { } record)
                records.Add(record);
        var plan = DnsPlans.Remove(compute, records);
        return new NameWork(azure, plan, new PrivateDnsName
        {
            Name = records.Count > 0 ? DnsPlans.NameOf(AnswerIds.Read(records[0].Id)) : null,
            Address = records.Count > 0 ? string.Join(", ", records[0].Addresses) : null,
            ZoneId = zone?.ToString(),
            IsWritten = records.Count > plan.Steps.Count,
            Reason = plan.IsDone ? "There was no record of ours." : "The record of ours was removed.",
        });
    }

    /// <summary>The name of an endpoint, and the zone in reach that has it or could.</summary>
    /// <param name="compute">The compute.</param>
    /// <param name="place">The compute, or the cluster where the compute is only to be.</param>
    /// <param name="wished">The host name that it is to have.</param>
    /// <param name="zone">The zone that was named; null looks for one.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal async Task<PrivateDnsName> DescribeAsync(ArmId compute, ArmId place, string? wished, ArmId? zone, CancellationToken cancel)
    {
        var found = await azure.Clusters.FindAsync(place, cancel).ConfigureAwait(false);
        var (cname, address) = (found.Shown?.SslCname ?? wished, found.Shown?.ScoringIPAddress);
        var zones = zone is not null ? [zone] : await ListZonesAsync(found, cancel).ConfigureAwait(false);
        var here = (zones ?? []).FirstOrDefault(one => cname is null || DnsPlans.Holds(one.Name, cname));
        var name = DnsPlans.NameOf(compute, cname, here?.Name);
        if (here is null || name is null)
            return new PrivateDnsName
            {
                Name = name,
                Address = address,
                Reason = zones is null ? "Private DNS zones can't be listed; make the record where clients look the name up."
                    : name is null ? "No private DNS zone answers the cluster's network: clients use the address, or a name that you make."
                    : $"No private DNS zone that answers the cluster's network can hold {name}; make the record where clients look it up.",
            };
        var record = await FindAsync(DnsPlans.RecordOf(here, name), cancel).ConfigureAwait(false);
        var isWritten = address is not null && record?.Addresses is [var only] && only == address;
        return new PrivateDnsName
        {
            Name = name,
            Address = address,
            ZoneId = here.ToString(),
            IsWritten = isWritten,
            Reason = isWritten ? $"The zone {here.Name} leads {name} there."
                : record is not null ? $"The zone {here.Name} leads {name} to {string.Join(", ", record.Addresses)}."
                : $"The zone {here.Name} is in reach and does not have the name: Enable-AmlPrivateInference -DnsZoneId '{here}' writes it.",
        };
    }

    /// <summary>The private DNS zones that answer the nodes' network; those of private links have names of their own.
    /// Null where they can't be listed.</summary>
    private async Task<IReadOnlyList<ArmId>?> ListZonesAsync(ResolvedCluster found, CancellationToken cancel)
    {
        if (!ArmId.TryParse(found.SubnetId, ResourceTypes.Subnet, out var nodes, out _)) return [];
        var network = nodes.Parent!.ToString();
        var listed = await FactsReader.TryAsync(async () =>
        {
            var zones = new List<ArmId>();
            await foreach (var wire in azure.PrivateDns.ListZonesAsync(ArmId.ForSubscription(nodes.SubscriptionId!),
                cancel).ConfigureAwait(false))
            {
                if (!ArmId.TryParse(wire.Id, out var zone, out _)
                    || zone.Name.StartsWith("privatelink.", StringComparison.OrdinalIgnoreCase)) continue;
                await foreach (var link in azure.PrivateZones.ListLinksAsync(zone, cancel).ConfigureAwait(false))
                    if (ArmId.AreSame(link.Properties?.VirtualNetwork?.Id, network)) zones.Add(zone);
            }

            // The longest name that holds another one is the one that answers.
            return (IReadOnlyList<ArmId>?)[.. zones.OrderByDescending(static one => one.Name.Length)];
        }, "").ConfigureAwait(false);
        return listed.Value;
    }

    private async Task<AddressRecordFacts?> FindAsync(ArmId record, CancellationToken cancel)
    {
        azure.Forget(record.ToString());
        return (await azure.PrivateDns.FindRecordAsync(record, cancel).ConfigureAwait(false)) is { } wire ? new AddressRecordFacts(
            record.ToString(), [.. (wire.Properties?.Addresses ?? []).Select(static one => one.Ipv4Address).OfType<string>()],
            wire.Properties?.Metadata?.GetValueOrDefault(DnsPlans.Mark), wire.Etag) : null;
    }

    private sealed class NameWork(AzureWork azure, Plan plan, PrivateDnsName name) : PlannedWork<PrivateDnsName>(azure, plan)
    {
        internal override Task<PrivateDnsName> FinishAsync(CancellationToken cancel) => Task.FromResult(name);
    }
}

/// <summary>Writes and removes A records, and reads them back.</summary>
internal sealed class DnsSteps(AzureReader azure)
{
    private PrivateDnsClient Records => azure.Connection.Services.PrivateDns;

    internal async Task<Outcome> PutAsync(PutAddressRecord step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        var now = await Records.FindRecordAsync(id, cancel).ConfigureAwait(false);
        var metadata = new Dictionary<string, string>(now?.Properties?.Metadata ?? []) { [DnsPlans.Mark] = step.ComputeId };
        await Records.PutRecordAsync(id, new WireAddressRecord
        {
            Etag = step.Etag,
            Properties = new()
            {
                Ttl = now?.Properties?.Ttl ?? DnsPlans.TimeToLive,
                Metadata = metadata,
                Addresses = [new WireAddress { Ipv4Address = step.Address }],
            },
        }, cancel).ConfigureAwait(false);
        await azure.Wait.ReadBackAsync(id, token => Records.FindRecordAsync(id, token),
            record => record?.Properties?.Addresses is [var only] && only.Ipv4Address == step.Address,
            static record => record is null ? "the record is not there" : "the record has other addresses", null,
            cancel).ConfigureAwait(false);
        return new Outcome { Step = step };
    }

    internal async Task<Outcome> DeleteAsync(DeleteAddressRecord step, CancellationToken cancel)
    {
        await Records.DeleteRecordAsync(ArmId.Parse(step.Target), step.Etag, cancel).ConfigureAwait(false);
        return new Outcome { Step = step };
    }
}
