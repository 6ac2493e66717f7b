using System.Text;
using AmlVnet.Arm.SignIn;

namespace AmlVnet.Arm.Tests;

/// <summary>Whom a token names to the directory: what the line for an administrator is made of.</summary>
public sealed class TokenCallerTests
{
    private const string Id = "11111111-2222-3333-4444-555555555555";

    [Theory]
    [InlineData($$"""{"oid":"{{Id}}","idtyp":"user","upn":"a@b.c"}""", Id, "User")]
    [InlineData($$"""{"oid":"{{Id}}","idtyp":"app","appid":"1"}""", Id, "ServicePrincipal")]
    [InlineData($$"""{"oid":"{{Id}}"}""", Id, null)]
    // What is no object id is never put into a command.
    [InlineData("""{"oid":"x'; rm -rf /","idtyp":"user"}""", null, null)]
    [InlineData("""{"upn":"a@b.c"}""", null, null)]
    public void The_object_id_is_the_token_s(string claims, string? id, string? type) =>
        Assert.Equal(id is null ? null : new(id, type), TokenClaims.Read(Token(claims)).Caller);

    [Fact]
    public void An_opaque_token_names_nobody() => Assert.Null(TokenClaims.Read("simulator").Caller);

    private static string Token(string claims) => $"h.{Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)).TrimEnd('=')}.s";
}
