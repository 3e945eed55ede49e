namespace HandyBackup.Contracts.Tests;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("backup.example.org", "backup.example.org", 10680, "backup.example.org:10680")]
    [InlineData("backup:443", "backup", 443, "backup:443")]
    [InlineData("192.0.2.7:65535", "192.0.2.7", 65535, "192.0.2.7:65535")]
    [InlineData("[2001:db8::7]", "2001:db8::7", 10680, "[2001:db8::7]:10680")]
    [InlineData(" [::1]:1 ", "::1", 1, "[::1]:1")]
    public void Address_is_read_and_written_as_people_do(string text, string host, int port, string written)
    {
        ServerAddress address = ServerAddress.Parse(text);

        Assert.Equal((host, port, written), (address.Host, address.Port, address.ToString()));
        Assert.Equal(address, ServerAddress.Parse(written));
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("  ", "empty")]
    [InlineData(":10680", "neither a host name nor an address")]
    [InlineData("back up", "neither a host name nor an address")]
    [InlineData("https://backup", "no port")]
    [InlineData("backup:", "'' is no port")]
    [InlineData("backup:0", "'0' is no port")]
    [InlineData("backup:65536", "'65536' is no port")]
    [InlineData("backup:+1", "'+1' is no port")]
    [InlineData("backup:99999999999999999999", "is no port")]
    [InlineData("::1", "brackets")]
    [InlineData("::1:10680", "brackets")]
    [InlineData("[::1", "between the brackets")]
    [InlineData("[192.0.2.7]:1", "between the brackets")]
    [InlineData("[::1]10680", "after the brackets")]
    [InlineData("[fe80::1%eth0]", "zone")]
    public void What_is_no_address_is_refused_with_the_reason(string? text, string reason)
    {
        HandyBackupException caught = Assert.Throws<HandyBackupException>(() => ServerAddress.Parse(text));

        Assert.Equal(ErrorCode.InvalidArgument, caught.Code);
        Assert.Contains(reason, caught.Message, StringComparison.Ordinal);
        Assert.NotNull(caught.Advice);
    }
}
