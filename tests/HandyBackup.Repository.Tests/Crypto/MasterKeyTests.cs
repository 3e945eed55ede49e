using System.Security.Cryptography;
using System.Text;

namespace HandyBackup.Repository.Tests.Crypto;

public sealed class MasterKeyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(8193)]
    [InlineData(1_000_003)]
    public void What_was_sealed_opens_to_the_same_bytes(int length)
    {
        using MasterKey key = MasterKey.Create();
        byte[] plain = RandomNumberGenerator.GetBytes(length);
        byte[] sealedBytes = new byte[length + MasterKey.Overhead];

        key.Seal(plain, sealedBytes);

        byte[] opened = new byte[length];
        Assert.True(key.TryOpen(sealedBytes, opened));
        Assert.Equal(plain, opened);
        if (length > 15)
        {
            Assert.NotEqual(plain, sealedBytes.AsSpan(16, length).ToArray());
        }
    }

    [Fact]
    public void Sealing_and_opening_in_place_give_the_same_as_apart()
    {
        using MasterKey key = MasterKey.Create();
        byte[] plain = RandomNumberGenerator.GetBytes(100_000);
        byte[] buffer = new byte[plain.Length + MasterKey.Overhead];
        plain.CopyTo(buffer, 16);

        key.Seal(buffer.AsSpan(16, plain.Length), buffer);
        byte[] apart = new byte[plain.Length];
        Assert.True(key.TryOpen(buffer, apart));
        Assert.True(key.TryOpen(buffer, buffer.AsSpan(16, plain.Length)));

        Assert.Equal(plain, apart);
        Assert.Equal(plain, buffer.AsSpan(16, plain.Length).ToArray());
    }

    // Vectors of https://cr.yp.to/mac/poly1305-20050329.pdf, appendix B: the message stands in the ciphertext's place.
    [Theory]
    [InlineData("f3f6", "851fc40c3467ac0be05cc20404f3f700", "ec074c835580741701425b623235add6", "fb447350c4e868c52ac3275cf9d4327e", "f4c633c3044fc145f84f335cb81953de")]
    [InlineData("", "a0f3080000f46400d0c7e9076c834403", "75deaa25c09f208e1dc4ce6b5cad3fbf", "61ee09218d29b0aaed7e154a2c5509cc", "dd3fab2251f11ac759f0887129cc2ee7")]
    [InlineData("663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136", "48443d0bb0d21109c89a100b5ce2c208", "6acb5f61a7176dd320c5c1eb2edcdc74", "ae212a55399729595dea458bc621ff0e", "0ee1c16bb73f0f4fd19881753c01cdbe")]
    public void The_authenticator_is_that_of_the_published_vectors(string message, string r, string k, string nonce, string mac)
    {
        byte[] material = [.. new byte[31], 1, .. Convert.FromHexString(k), .. Convert.FromHexString(r)];
        using MasterKey key = MasterKey.FromKeyMaterial(material);
        byte[] sealedBytes = Convert.FromHexString(nonce + message + mac);

        Assert.True(key.TryOpen(sealedBytes, new byte[message.Length / 2]));
        sealedBytes[^1] ^= 1;
        Assert.False(key.TryOpen(sealedBytes, new byte[message.Length / 2]));
    }

    // A blob that restic sealed: internal/crypto/crypto_int_test.go.
    [Fact]
    public void What_restic_sealed_opens()
    {
        byte[] material = Convert.FromHexString(
            "303e8687b1d7db18421bdc6bb8588ccadac4d59ee87b8ff70c44e635790cafef" + "ef4d8824cb80b2bcc5fbff8a9b12a42c" + "cc8d4b948ee0ebfe1d415de921d10353");
        byte[] sealedBytes = Convert.FromHexString("69fb41c62d12def4593bd71757138606338f621aeaeb39da0fe4f99233f8037a54ea63338a813bcf3f75d8c3cc75dddf8750");
        using MasterKey key = MasterKey.FromKeyMaterial(material);
        byte[] plain = new byte[sealedBytes.Length - MasterKey.Overhead];

        Assert.True(key.TryOpen(sealedBytes, plain));

        Assert.Equal("Dies ist ein Test!", Encoding.UTF8.GetString(plain));
    }

    [Fact]
    public void Encryption_is_AES_in_counter_mode_with_a_carry_through_all_128_bits()
    {
        byte[] material = RandomNumberGenerator.GetBytes(64);
        byte[] cipherText = RandomNumberGenerator.GetBytes(20_000);
        // The lower half of the counter overflows within the first batch.
        byte[] iv = Convert.FromHexString("00112233445566ffffffffffffffff80");
        byte[] expected = DecryptBlockByBlock(material.AsSpan(0, 32).ToArray(), iv, cipherText);

        using var cipher = new CounterModeCipher(material.AsSpan(0, 32).ToArray(), material.AsSpan(32, 16).ToArray());
        byte[] whole = new byte[cipherText.Length];
        cipher.Apply(iv, 0, cipherText, whole);
        byte[] secondPart = new byte[cipherText.Length - 8192];
        cipher.Apply(iv, 8192 / 16, cipherText.AsSpan(8192), secondPart);

        Assert.Equal(expected, whole);
        Assert.Equal(expected.AsSpan(8192).ToArray(), secondPart);
    }

    [Fact]
    public void Any_changed_bit_or_missing_byte_is_refused_and_leaves_the_destination_alone()
    {
        using MasterKey key = MasterKey.Create();
        byte[] sealedBytes = new byte[50 + MasterKey.Overhead];
        key.Seal(RandomNumberGenerator.GetBytes(50), sealedBytes);
        byte[] destination = new byte[50];

        for (int bit = 0; bit < sealedBytes.Length * 8; bit++)
        {
            sealedBytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.TryOpen(sealedBytes, destination));
            sealedBytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < sealedBytes.Length; length++)
        {
            Assert.False(key.TryOpen(sealedBytes.AsSpan(0, length), destination));
        }

        Assert.All(destination, value => Assert.Equal(0, value));
        Assert.True(key.TryOpen(sealedBytes, destination));
    }

    [Fact]
    public void A_key_survives_its_JSON_form()
    {
        using MasterKey key = MasterKey.Create();
        byte[] sealedBytes = new byte[5 + MasterKey.Overhead];
        key.Seal("hello"u8, sealedBytes);

        Assert.True(MasterKey.TryParse(key.ToJson(), out MasterKey? parsed));

        using (parsed)
        {
            byte[] plain = new byte[5];
            Assert.True(parsed.TryOpen(sealedBytes, plain));
            Assert.Equal("hello", Encoding.UTF8.GetString(plain));
            Assert.Equal(key.DeriveBytes("a"), parsed.DeriveBytes("a"));
            Assert.NotEqual(key.DeriveBytes("a"), parsed.DeriveBytes("b"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"mac":{"k":"evFWd9wWlndL9jc501268g==","r":"E9eEDnSJZgqwTOkDtOp+Dw=="}}""")]
    [InlineData("""{"mac":{"k":"evFWd9wWlndL9jc501268g==","r":"E9eEDnSJZgqwTOkDtOp+Dw=="},"encrypt":"AAAA"}""")]
    [InlineData("""{"mac":{"k":"evFWd9wWlndL9jc501268g==","r":"AAAAAAAAAAAAAAAAAAAAAA=="},"encrypt":"UQCqa0lKZ94PygPxMRqkePTZnHRYh1k1pX2k2lM2v3Q="}""")]
    [InlineData("""{"mac":{"k":"evFWd9wWlndL9jc501268g==","r":"E9eEDnSJZgqwTOkDtOp+Dw=="},"encrypt":"UQCq" """)]
    public void JSON_that_is_no_key_is_refused(string json) => Assert.False(MasterKey.TryParse(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void The_key_of_the_format_documentation_is_accepted() => Assert.True(MasterKey.TryParse(
        """{"mac":{"k":"evFWd9wWlndL9jc501268g==","r":"E9eEDnSJZgqwTOkDtOp+Dw=="},"encrypt":"UQCqa0lKZ94PygPxMRqkePTZnHRYh1k1pX2k2lM2v3Q="}"""u8, out _));

    [Fact]
    public async Task Many_threads_may_share_a_key()
    {
        using MasterKey key = MasterKey.Create();
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, (i, _) =>
        {
            byte[] plain = RandomNumberGenerator.GetBytes(i * 101);
            byte[] sealedBytes = new byte[plain.Length + MasterKey.Overhead];
            byte[] opened = new byte[plain.Length];
            key.Seal(plain, sealedBytes);
            Assert.True(key.TryOpen(sealedBytes, opened));
            Assert.Equal(plain, opened);
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void A_disposed_key_refuses_to_work()
    {
        MasterKey key = MasterKey.Create();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Seal([], new byte[MasterKey.Overhead]));
    }

    private static byte[] DecryptBlockByBlock(byte[] key, byte[] iv, byte[] cipherText)
    {
        using Aes aes = Aes.Create();
        aes.Key = key;
        byte[] counter = (byte[])iv.Clone();
        byte[] plain = new byte[cipherText.Length];
        for (int offset = 0; offset < plain.Length; offset += 16)
        {
            byte[] keyStream = aes.EncryptEcb(counter, PaddingMode.None);
            for (int i = 0; i < Math.Min(16, plain.Length - offset); i++)
            {
                plain[offset + i] = (byte)(cipherText[offset + i] ^ keyStream[i]);
            }

            for (int i = 15; i >= 0 && ++counter[i] == 0; i--)
            {
            }
        }

        return plain;
    }
}
