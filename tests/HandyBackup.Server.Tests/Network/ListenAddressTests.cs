using System.Net;
using HandyBackup.Contracts;
using HandyBackup.Server.Network;

namespace HandyBackup.Server.Tests.Network;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("*", null, 10680)]
    [InlineData("*:443", null, 443)]
    [InlineData("192.0.2.7", "192.0.2.7", 10680)]
    [InlineData("192.0.2.7:1", "192.0.2.7", 1)]
    [InlineData("[::]:10680", "::", 10680)]
    public void Address_is_read_as_the_usage_says(string text, string? address, int port) =>
        Assert.Equal(new ListenAddress(address is null ? null : IPAddress.Parse(address), port), ListenAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("*443")]
    [InlineData("*:0")]
    [InlineData("localhost")]
    [InlineData("::1")]
    public void What_is_no_address_of_a_machine_is_refused(string text) =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<HandyBackupException>(() => ListenAddress.Parse(text)).Code);

    [Fact]
    public void Command_line_names_several_addresses_and_names()
    {
        ServerArguments arguments = ServerArguments.Parse(["--data-path", "/data", "--listen", "*", "--name", "backup.example.org", "--listen", "127.0.0.1:1"]);

        Assert.Equal([new ListenAddress(null, ServerAddress.DefaultPort), new ListenAddress(IPAddress.Loopback, 1)], arguments.Listen);
        Assert.Equal(["backup.example.org"], arguments.Names);
        Assert.Equal(["--listen", "*", "--name", "backup.example.org", "--listen", "127.0.0.1:1"], arguments.Options);
    }

    [Theory]
    [InlineData("--listen")]
    [InlineData("--name", "backup")]
    [InlineData("--listen", "*", "--name")]
    public void Command_line_that_lacks_something_is_refused(params string[] options) =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<HandyBackupException>(() => ServerArguments.Parse(["--data-path", "/data", .. options])).Code);
}
