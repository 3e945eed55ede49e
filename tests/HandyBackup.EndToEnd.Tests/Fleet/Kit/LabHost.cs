using System.Text.Json;

namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>A machine of a <see cref="NetworkLab"/>: a network namespace with one cable to the switch.</summary>
/// <param name="lab">The lab.</param>
/// <param name="networkNamespace">The namespace.</param>
/// <param name="port">The other end of the cable, at the switch.</param>
/// <param name="address">The address.</param>
internal sealed class LabHost(NetworkLab lab, string networkNamespace, string port, string address)
{
    /// <summary>Its network card.</summary>
    public const string Card = "eth0";

    /// <summary>Its address now.</summary>
    public string Address { get; private set; } = address;

    /// <summary>What starts a program there. The process that is started becomes the program.</summary>
    public (string File, IEnumerable<string> Arguments) Command(string program, IEnumerable<string> arguments) =>
        (NetworkLab.Program, ["netns", "exec", networkNamespace, program, .. arguments]);

    /// <summary>Pulls its cable out of the switch. Its card loses the carrier; whoever else is at the switch is not told anything.</summary>
    public Task UnplugAsync() => NetworkLab.RunAsync("-n", lab.Switch, "link", "set", port, "down");

    /// <summary>Puts the cable back.</summary>
    public Task PlugInAsync() => NetworkLab.RunAsync("-n", lab.Switch, "link", "set", port, "up");

    /// <summary>Takes its address away and gives it another: its connections stay, and nothing reaches them any more.</summary>
    public async Task MoveAsync(string newAddress)
    {
        // In this order: with the first address of a network Linux deletes all that were added after it.
        await NetworkLab.RunAsync("-n", networkNamespace, "address", "delete", $"{Address}/{NetworkLab.PrefixLength}", "dev", Card);
        await NetworkLab.RunAsync("-n", networkNamespace, "address", "add", $"{newAddress}/{NetworkLab.PrefixLength}", "dev", Card);
        Address = newAddress;
    }

    /// <summary>How many bytes it has sent, as the switch counts them: packets with all their headers, those that were sent again included.</summary>
    public async Task<long> CountSentAsync()
    {
        using var answer = JsonDocument.Parse(await NetworkLab.RunAsync("-n", lab.Switch, "-s", "-j", "link", "show", port));
        return answer.RootElement[0].GetProperty("stats64").GetProperty("rx").GetProperty("bytes").GetInt64();
    }
}
