using System.Globalization;
using System.Text;
using System.Text.Json;
using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.Reading;

namespace AmlVnet.Arm.Tests;

/// <summary>What is allocated where there is much of something: counted in bytes, never timed.</summary>
public sealed class HotPathTests
{
    [Fact]
    public void A_workspace_of_a_fleet_takes_a_few_kilobytes_and_the_last_no_more_than_the_first()
    {
        var (few, many) = (BytesOfRows(100), BytesOfRows(1000));

        Assert.InRange(few / 100, 0, 4096);
        Assert.InRange((double)many / few, 0, 11);
    }

    [Fact]
    public void What_was_read_is_given_again_for_a_few_hundred_bytes()
    {
        var snapshot = new Snapshot();
        var address = new Uri("https://management.azure.com/subscriptions/s/resourceGroups/g?api-version=2022-09-01");
        Read();

        Assert.InRange(BytesOf(() =>
        {
            for (var i = 0; i < 100; i++) Read();
        }) / 100, 0, 1024);

        void Read() => Assert.Equal("read", snapshot.ReadAsync(address, static () => Task.FromResult("read")).GetAwaiter().GetResult());
    }

    private static long BytesOfRows(int rows)
    {
        var page = new StringBuilder("""{ "data": [""");
        for (var i = 0; i < rows; i++)
        {
            page.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""
                { "id": "{{TestCloud.Workspace}}{{i}}", "location": "eastus2", "properties": { "provisioningState": "Succeeded" } }
                """);
        }

        var text = Encoding.UTF8.GetBytes(page.Append("] }").ToString());
        return BytesOf(() => Assert.All(
            JsonSerializer.Deserialize(text, WireJson.Default.WireGraphPageWireWorkspace)!.Data,
            static row => Assert.NotEmpty(row.ToWorkspace().Id)));
    }

    private static long BytesOf(Action work)
    {
        // What is made once is no part of it.
        work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
