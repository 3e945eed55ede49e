namespace HandyBackup.Repository.Tests.Crypto;

public sealed class ScryptTests
{
    // RFC 7914, section 12.
    [Theory]
    [InlineData("", "", 16, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData("password", "NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [InlineData("pleaseletmein", "SodiumChloride", 16384, 8, 1, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void Result_is_that_of_the_standard(string password, string salt, int n, int r, int p, string expected)
    {
        byte[] result = new byte[64];
        Assert.True(Libsodium.TryScrypt(System.Text.Encoding.UTF8.GetBytes(password), System.Text.Encoding.UTF8.GetBytes(salt), new ScryptCost(n, r, p), result));
        Assert.Equal(expected, Convert.ToHexStringLower(result));
    }

    [Theory]
    [InlineData(32768, 8, 5, true)] // restic's usual
    [InlineData(131072, 8, 1, true)] // rustic's usual
    [InlineData(2, 1, 1, true)]
    [InlineData(0, 8, 1, false)]
    [InlineData(1, 8, 1, false)]
    [InlineData(-2, 8, 1, false)]
    [InlineData(int.MinValue, 8, 1, false)]
    [InlineData(32767, 8, 1, false)] // no power of two
    [InlineData(32768, 0, 1, false)]
    [InlineData(32768, 8, 0, false)]
    [InlineData(1 << 30, 8, 1, false)] // 1 TiB of memory
    [InlineData(1 << 30, int.MaxValue, int.MaxValue, false)]
    [InlineData(2, 1, int.MaxValue, false)]
    [InlineData(32768, 8, 10_000, false)] // a quarter of an hour
    public void Cost_is_bounded(int n, int r, int p, bool expected) => Assert.Equal(expected, Scrypt.IsAcceptable(new ScryptCost(n, r, p)));

    [Fact]
    public void Calibrated_cost_is_like_that_of_restic()
    {
        ScryptCost cost = Scrypt.Calibrate(TimeProvider.System);
        Assert.Equal(8, cost.R);
        Assert.InRange(cost.N, 1024, 32768);
        Assert.InRange(cost.P, 1, 64);
        Assert.True(Scrypt.IsAcceptable(cost));
    }

    [Fact]
    public void Calibration_ends_when_no_time_passes() => Assert.True(Scrypt.IsAcceptable(Scrypt.Calibrate(new StandingTime())));

    private sealed class StandingTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
