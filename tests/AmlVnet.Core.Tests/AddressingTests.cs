using AmlVnet.Core.Addressing;
using FsCheck;
using FsCheck.Xunit;

namespace AmlVnet.Core.Tests;

public sealed class AddressingTests
{
    [Fact]
    public void Every_prefix_length_round_trips_and_counts()
    {
        for (var length = 0; length <= 32; length++)
        {
            var prefix = Ipv4Prefix.Around(Ipv4Address.Parse("203.0.113.201"), length);
            Assert.Equal(prefix, Ipv4Prefix.Parse(prefix.ToString()));
            Assert.Equal((long)prefix.Last.Value - prefix.First.Value + 1, prefix.Count);
            Assert.True(prefix.Contains(Ipv4Address.Parse("203.0.113.201")));
            Assert.Equal(prefix.First, prefix.At(0));
            Assert.Equal(prefix.Last, prefix.At(prefix.Count - 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => prefix.At(prefix.Count));
        }
    }

    [Property(MaxTest = 2000)]
    public bool Parse_and_format_round_trip(DoNotSize<uint> any, byte bits)
    {
        var value = any.Item;
        var prefix = Ipv4Prefix.Around(new(value), bits % 33);
        var address = new Ipv4Interface(new(value), bits % 33);
        return Ipv4Prefix.Parse(prefix.ToString()) == prefix && Ipv4Interface.Parse(address.ToString()) == address
            && Ipv4Address.Parse(new Ipv4Address(value).ToString()).Value == value;
    }

    [Property(MaxTest = 2000)]
    public bool Overlap_is_symmetric_and_means_that_one_holds_the_other(DoNotSize<uint> a, byte la, DoNotSize<uint> b, byte lb, bool near)
    {
        var left = Ipv4Prefix.Around(new(a.Item), la % 33);
        var right = Ipv4Prefix.Around(new(near ? a.Item ^ (b.Item & 0xff) : b.Item), lb % 33);
        var overlaps = left.Overlaps(right);
        return overlaps == right.Overlaps(left) && overlaps == (left.Contains(right) || right.Contains(left));
    }

    [Property(MaxTest = 500)]
    public bool Free_ranges_are_those_that_a_brute_force_finds(byte[] seeds, byte bits)
    {
        var within = Ipv4Prefix.Parse("10.0.0.0/24");
        var length = 24 + bits % 9;
        var taken = seeds.Select((seed, i) => Ipv4Prefix.Around(new(within.First.Value + seed), 26 + (i % 7))).ToArray();
        var brute = Enumerable.Range(0, 1 << (length - 24))
            .Select(i => Ipv4Prefix.Around(new(within.First.Value + (uint)i * (1u << (32 - length))), length))
            .Where(candidate => !taken.Any(candidate.Overlaps));
        return within.FreeRanges(length, taken).SequenceEqual(brute);
    }

    [Fact]
    public void Free_ranges_know_their_ends()
    {
        var all = Ipv4Prefix.Parse("0.0.0.0/0");
        Assert.Equal([all], all.FreeRanges(0, []));
        Assert.Empty(all.FreeRanges(0, [Ipv4Prefix.Parse("255.255.255.255/32")]));
        Assert.Equal("128.0.0.0/1", Assert.Single(all.FreeRanges(1, [Ipv4Prefix.Parse("1.2.3.4/32")])).ToString());
        Assert.Empty(Ipv4Prefix.Parse("10.0.0.0/24").FreeRanges(23, []));
    }

    [Theory]
    [InlineData("10.0.0.1/16", "write 10.0.0.0/16")]
    [InlineData("172.17.0.1/16", "write 172.17.0.0/16")]
    [InlineData("fd00::/8", "IPv6")]
    [InlineData("10.0.0.0", "write an address range such as 10.0.0.0/16")]
    [InlineData("10.0.0.0/33", "prefix length from 0 to 32")]
    [InlineData("10.0.0.0/", "prefix length from 0 to 32")]
    [InlineData("10.0.0.0/016", "prefix length from 0 to 32")]
    [InlineData("10.0.0/16", "it has 3 parts")]
    [InlineData("10.0.0.256/16", "'256'")]
    [InlineData("10.0.0.010/32", "leading zero")]
    [InlineData("", "empty")]
    [InlineData(null, "empty")]
    [InlineData("abc/16", "it has 1 part,")]
    [InlineData("10.0.0.0/16/16", "'16/16'")]
    [InlineData("10.0.0. 1/32", "' 1'")]
    public void A_bad_range_says_why(string? text, string says)
    {
        Assert.False(Ipv4Prefix.TryParse(text, out _, out var reason));
        Assert.Contains(says, reason, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Ipv4Prefix.Parse(text));
    }

    [Theory]
    [InlineData("::1", "IPv6")]
    [InlineData("10.0.0.10/32", "such as 10.0.0.10")]
    [InlineData("10.0.0", "it has 3 parts")]
    [InlineData("٣.0.0.1", "'٣'")]
    public void A_bad_address_says_why(string text, string says)
    {
        Assert.False(Ipv4Address.TryParse(text, out _, out var reason));
        Assert.Contains(says, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_docker_bridge_is_an_address_with_a_prefix()
    {
        var bridge = Ipv4Interface.Parse("172.17.0.1/16");
        Assert.True(bridge.IsUsableHost);
        Assert.Equal("172.17.0.0/16", bridge.Prefix.ToString());
        Assert.False(Ipv4Interface.Parse("172.17.0.0/16").IsUsableHost);
        Assert.False(Ipv4Interface.Parse("172.17.255.255/16").IsUsableHost);
        Assert.False(Ipv4Interface.Parse("172.17.0.1/31").IsUsableHost);
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.255.255", true)]
    [InlineData("20.62.1.1", false)]
    public void Private_addresses_are_those_of_RFC_1918(string address, bool isPrivate) =>
        Assert.Equal(isPrivate, Ipv4Address.Parse(address).IsPrivate);
}
