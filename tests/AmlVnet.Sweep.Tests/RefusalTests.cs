using System.Net;
using System.Text;

namespace AmlVnet.Sweep.Tests;

/// <summary>Answers that a command refuses, or follows, by name.</summary>
public sealed class RefusalTests
{
    private const string Id = "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/myworkspacegroup/providers/"
        + "Microsoft.MachineLearningServices/workspaces/myworkspace/computes/myaks";

    private const string Compute = "'" + Id + "'";

    private const int Largest = 16 * 1024 * 1024;

    /// <summary>With and without a length in its head; one byte more is too much.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void An_answer_of_more_than_16_MB_is_refused_by_name(bool saysLength, int more)
    {
        using var world = new SweptWorld("existing-cluster");
        world.Proxy.Arm(static asked => asked.Path.EndsWith("/computes/myaks", StringComparison.Ordinal), new Fault("large", Reach.All,
            async hit =>
            {
                using var real = await hit.PassAsync();
                var text = await real.Content.ReadAsStringAsync();
                var body = Encoding.UTF8.GetBytes(text + new string(' ', Largest + more - Encoding.UTF8.GetByteCount(text)));
                return new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = saysLength ? new ByteArrayContent(body) : new Unmeasured(body),
                };
            }));

        var ran = world.Run($"Get-AmlAksCompute -ResourceId {Compute}");

        if (more == 0)
        {
            Assert.Empty(ran.Errors);
            Assert.Single(ran.Output);
            return;
        }

        Assert.Empty(ran.Output);
        var error = Assert.IsType<AmlVnetException>(Assert.Single(ran.Errors).Exception);
        Assert.Equal("AnswerTooLarge", error.ErrorId);
        Assert.Contains("myaks", error.Message, StringComparison.Ordinal);
        Assert.Contains("16 MB", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The first answer is lost, and what is sent again meets the deletion that goes on.</summary>
    [Theory]
    [InlineData(409, "{\"error\":{\"code\":\"Conflict\",\"message\":\"The compute is in state Deleting.\"}}")]
    [InlineData(409, "")]
    public void A_removal_that_meets_itself_is_followed_to_its_end(int status, string body)
    {
        using var world = new SweptWorld("existing-cluster");
        world.Proxy.Arm(static asked => asked.Method == "DELETE", new Fault("409 Deleting", Reach.Writes, async hit =>
        {
            (await hit.PassAsync()).Dispose();
            return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        }));

        var ran = world.Run($"Remove-AmlAksCompute -ResourceId {Compute} -WarningAction SilentlyContinue");

        Assert.True(ran.Errors.Count == 0, ran.Said);
        world.Proxy.Disarm();
        Assert.Empty(world.Run("Get-AmlAksCompute myworkspacegroup myworkspace").Output);
    }

    /// <summary>A 409 for another reason is no removal.</summary>
    [Fact]
    public void A_removal_that_another_change_keeps_away_is_an_error()
    {
        using var world = new SweptWorld("existing-cluster");
        world.Proxy.Arm(static asked => asked.Method == "DELETE", Fault.All.First(static fault => fault.Name.StartsWith("409",
            StringComparison.Ordinal)));

        var ran = world.Run($"Remove-AmlAksCompute -ResourceId {Compute} -WarningAction SilentlyContinue");

        Assert.Contains("AnotherOperationInProgress", Assert.Single(ran.Errors).ToString(), StringComparison.Ordinal);
        world.Proxy.Disarm();
        Assert.Single(world.Run("Get-AmlAksCompute myworkspacegroup myworkspace").Output);
    }

    /// <summary>A content without a length.</summary>
    private sealed class Unmeasured(byte[] body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(body).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
