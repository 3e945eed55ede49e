using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class ServerCertificateTests : FleetHarness
{
    [Fact]
    public void Certificate_is_for_the_names_of_the_machine_and_those_that_were_given()
    {
        using var server = new ServerCertificate(Authority, ["nas", "nas.example.org", "NAS", "192.0.2.7", "2001:db8::7"], Time);
        X509SubjectAlternativeNameExtension names = server.Current.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();

        Assert.Equal(["localhost", "nas", "nas.example.org"], names.EnumerateDnsNames());
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7")], names.EnumerateIPAddresses());
        Assert.Equal([CertificateUse.Server], server.Current.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(use => use.Value));
        Assert.True(server.Current.HasPrivateKey);
        Assert.Equal(Time.GetUtcNow().AddDays(365), server.Current.NotAfter);
    }

    [Fact]
    public void Certificate_is_renewed_when_a_third_of_its_life_is_left()
    {
        using var server = new ServerCertificate(Authority, ["nas"], Time);
        X509Certificate2 first = server.Current;
        Time.Advance(TimeSpan.FromDays(243));
        Assert.Same(first, server.Current);

        Time.Advance(TimeSpan.FromDays(1));
        X509Certificate2 second = server.Current;

        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.Equal(Time.GetUtcNow().AddDays(365), second.NotAfter);
        Assert.Same(second, server.Current);
        Assert.True(first.HasPrivateKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("*.example.org")]
    [InlineData("nas\n")]
    [InlineData("https://nas")]
    public async Task Name_that_no_machine_could_have_is_refused(string name) =>
        await FailsAsync(ErrorCode.InvalidArgument, () => Task.FromResult(new ServerCertificate(Authority, [name], Time)));

    [Fact]
    public async Task Machine_has_a_name()
    {
        IReadOnlyList<string> names = await ServerNames.OfMachineAsync(Token);

        Assert.Contains(Dns.GetHostName(), names);
        Assert.InRange(names.Count, 1, 2);
    }
}
