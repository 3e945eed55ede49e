using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class PasswordHasherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // From the tests of the reference implementation (phc-winner-argon2, src/test.c).
    [Theory]
    [InlineData("password", true)]
    [InlineData("passwore", false)]
    public void Hash_of_the_reference_implementation_is_understood(string password, bool isRight) => Assert.Equal(
        isRight,
        Argon2id.Verify("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", System.Text.Encoding.UTF8.GetBytes(password)));

    [Fact]
    public async Task Default_cost_is_two_passes_over_64_MiB_with_a_salt_of_its_own()
    {
        var hasher = new PasswordHasher(PasswordCost.Default);

        string one = await hasher.HashAsync("schön & lang", Token);
        string other = await hasher.HashAsync("schön & lang", Token);

        Assert.StartsWith("$argon2id$v=19$m=65536,t=2,p=1$", one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
        Assert.True(await hasher.VerifyAsync(one, "schön & lang", Token));
        Assert.False(await hasher.VerifyAsync(one, "schon & lang", Token));
    }

    [Fact]
    public async Task Nothing_fits_where_there_is_no_hash_or_no_password()
    {
        var hasher = new PasswordHasher(new PasswordCost(1, 8192));

        Assert.False(await hasher.VerifyAsync(null, "x", Token));
        Assert.False(await hasher.VerifyAsync(null, null, Token));
        Assert.False(await hasher.VerifyAsync(await hasher.HashAsync("", Token), null, Token));
        Assert.False(await hasher.VerifyAsync("$argon2id$", "x", Token));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("aaaaaaaaaaaaaaaaaaaa")]
    [InlineData("hello johanna 1")]
    public void Weak_password_is_refused_and_not_repeated(string password)
    {
        HandyBackupException refusal = Assert.Throws<HandyBackupException>(() => PasswordRule.Check(password, "Johanna"));

        Assert.Equal(ErrorCode.PasswordTooWeak, refusal.Code);
        Assert.DoesNotContain(password, refusal.ToString(), StringComparison.Ordinal);
    }
}
