<?php

declare(strict_types=1);

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('pitches', function (Blueprint $table): void {
            $table->id();
            $table->string('code', 8)->unique();
            $table->string('kind', 16);
            $table->unsignedTinyInteger('max_guests');
            $table->boolean('has_power')->default(false);
            $table->timestamps();
        });

        Schema::create('bookings', function (Blueprint $table): void {
            $table->id();
            $table->foreignId('pitch_id')->constrained()->restrictOnDelete();
            $table->string('guest_name', 120);
            $table->string('email', 254);
            $table->unsignedTinyInteger('adults');
            $table->unsignedTinyInteger('children')->default(0);
            $table->date('arrives_on');
            $table->date('leaves_on');
            $table->unsignedInteger('total_cents');
            $table->string('status', 16);
            $table->timestamp('held_until')->nullable();
            $table->timestamps();
        });
    }

    public function down(): void
    {
        Schema::dropIfExists('bookings');
        Schema::dropIfExists('pitches');
    }
};
